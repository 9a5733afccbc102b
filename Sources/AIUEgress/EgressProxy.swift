package import AIUModel
internal import AIUPolicy
package import AIUSystem
internal import Glibc

/// The filtering proxy of one VM: everything that the VM reaches of the world goes through here, and nothing else does.
///
/// One thread, one loop. It begins with rules that let nothing through, and ends with its supervisor.
package final class EgressProxy {
    /// What it must know before its process is locked up.
    package struct Configuration {
        /// Name servers of the host, for rules that name none.
        package var nameServers: [Endpoint] = []
        /// Files of root certificates, for servers whose requests are read.
        package var roots: String?
        package var moreRoots: String?
        /// The network namespace that this process is in; nil: the host's own.
        package var namespace: String?
        /// How long the head of a request may take.
        package var headTime = EgressLimits.headTime
        /// How many seconds answers of name servers are kept, whatever they say.
        package var answersKept = EgressLimits.answersKept

        package init() {}
    }

    let loop: EventLoop
    let scratch = Scratch()
    let pool = UpstreamPool()
    let meter = Meter()
    let servers: TLSContext?
    let resolver: Resolver
    let configuration: Configuration
    let channel: SupervisorChannel
    let log: DecisionLog
    private let proxyListener: FileDescriptor
    private let dnsListener: FileDescriptor
    private(set) var filter = NetworkFilter(EgressRules(sequence: 0, policyVersion: 0, layers: []))
    /// Counts changes of the rules: what was decided before one is not carried out after it.
    private(set) var generation = 0
    private var layers: [EgressRules.Layer] = []
    private(set) var secrets = SecretBook()
    private(set) var authority: TLSAuthority?
    var synthetic = SyntheticAddresses()
    var counters = EgressCounters()
    var rate = RequestRate()
    var nameRate = RequestRate()
    var dials = 0
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    private var dnsConnections: [ObjectIdentifier: DNSConnection] = [:]
    private var certificateAge = 0
    private var bytesBefore: Int64 = 0

    /// Takes over three sockets: to the supervisor, and two that listen.
    package init(
        supervisor: consuming FileDescriptor, proxy: consuming FileDescriptor, dns: consuming FileDescriptor,
        _ configuration: Configuration, loop: EventLoop
    ) throws(SystemError) {
        self.loop = loop
        self.configuration = configuration
        proxyListener = proxy
        dnsListener = dns
        servers = TLSContext(roots: configuration.roots, moreRoots: configuration.moreRoots)
        resolver = Resolver(configuration.nameServers, keeping: configuration.answersKept, loop, scratch)
        try supervisor.setNonBlocking()
        channel = SupervisorChannel(supervisor, loop, scratch)
        log = DecisionLog(channel)
        counters.day = Self.today
        try listen()
        channel.serve(
            .init(
                obey: { [unowned self] in obey($0) }, refuse: { [unowned self] in report(.refused($0)) },
                ended: { [unowned self] _ in self.loop.stop() }))
        tickLater()
    }

    /// Serves until the supervisor is gone.
    package func run() throws(SystemError) {
        try loop.run()
        close()
    }

    /// Ends every connection.
    package func close() {
        for connection in connections.values { connection.close() }
        for connection in dnsConnections.values { connection.close() }
        pool.prune { _ in false }
    }

    // MARK: Orders

    private func obey(_ order: EgressOrder) {
        switch order {
        case .rules(let rules):
            // Whoever started it has put it elsewhere: nothing leaves from the wrong place.
            guard rules.namespace == configuration.namespace else {
                return report(.refused("it is not in the network namespace that the rules name"))
            }
            apply(rules)
        case .secret(let secret):
            if !secrets.set(secret) { report(.refused("there are too many secrets")) }
            wipeShared(secret.value)
        case .forget(let name): secrets.forget(name)
        case .authority(let pem):
            authority = TLSAuthority(pem)
            wipeShared(pem)
            if authority == nil { report(.refused("this is no certificate authority")) }
        case .report: report(.counters(currentCounters))
        case .spent(let use):
            counters.bytesToGuest &+= use.toGuest
            counters.bytesFromGuest &+= use.fromGuest
            bytesBefore &+= use.toGuest &+ use.fromGuest
            refreshQuota()
            if let left = meter.left, left <= 0 { cutByQuota() }
        case .resume(let before):
            counters = before
            counters.connections = 0
            // A clock that stepped back gives no new day.
            let isNewDay = Self.today > before.day
            bytesBefore = isNewDay ? 0 : before.bytesToday
            if isNewDay { counters.day = Self.today }
            refreshQuota()
        }
    }

    private func apply(_ rules: EgressRules) {
        filter = NetworkFilter(rules)
        if layers != rules.layers { generation += 1 }
        layers = rules.layers
        resolver.use(filter.resolver.map { [$0] } ?? configuration.nameServers, interface: interface)
        refreshQuota()
        var cut = 0
        for connection in connections.values where !connection.isStillAllowed() {
            connection.cut()
            cut += 1
        }
        pool.prune { upstream in
            guard let host = try? EgressHost(parsing: upstream.key.host) else { return false }  // ours, so never
            guard let grant = filter.connection(host, port: upstream.key.port).grant else { return false }
            let (way, bound) = grant.isService ? (.direct, nil) : (route(host), interface)
            return upstream.key.route == way && upstream.interface == bound
                && isReachable(upstream.endpoint, route: upstream.key.route, grant)
        }
        report(.applied(EgressApplied(sequence: rules.sequence, cut: cut)))
    }

    /// The one way out, where there is only one.
    var interface: String? { filter.mode == .vpn ? filter.vpnInterface : nil }

    func report(_ report: EgressReport) {
        // Nothing of ours fails to be encoded; what did would be no reason to go on without it.
        guard let message = try? report.message() else { return loop.stop() }
        channel.send(message)
    }

    // MARK: Connections

    private func acceptProxy() {
        while let socket = accept(proxyListener) {
            let limit = min(filter.limits.connections ?? EgressLimits.connections, EgressLimits.mostConnections)
            guard connections.count < limit else {
                // Closed at once; a decision says why.
                record(
                    .init(
                        kind: .connect, allowed: false, host: "", scope: "limits",
                        rule: "there are \(limit) connections already"))
                continue
            }
            let connection = ClientConnection(socket, self)
            connections[ObjectIdentifier(connection)] = connection
        }
    }

    private func acceptDNS() {
        while let socket = accept(dnsListener) {
            guard dnsConnections.count < EgressLimits.dnsConnections else { continue }
            let connection = DNSConnection(socket, self)
            dnsConnections[ObjectIdentifier(connection)] = connection
        }
    }

    private func listen() throws(SystemError) {
        try loop.watch(proxyListener.raw, .read) { [unowned self] _ in acceptProxy() }
        try loop.watch(dnsListener.raw, .read) { [unowned self] _ in acceptDNS() }
    }

    private func accept(_ listener: borrowing FileDescriptor) -> FileDescriptor? {
        do throws(SystemError) {
            return try UnixSocket.accept(listener)
        } catch {
            // No descriptor is left, and one that waits would wake the loop for ever: later again.
            loop.unwatch(proxyListener.raw)
            loop.unwatch(dnsListener.raw)
            loop.after(.seconds(1)) { [unowned self] in
                // Without its listeners it is of no use, and its supervisor starts another.
                do throws(SystemError) { try listen() } catch { self.loop.stop() }
            }
            return nil
        }
    }

    func forget(_ connection: ClientConnection) { connections[ObjectIdentifier(connection)] = nil }
    func forget(_ connection: DNSConnection) { dnsConnections[ObjectIdentifier(connection)] = nil }

    // MARK: Time

    private func tickLater() {
        loop.after(.seconds(1)) { [unowned self] in
            tick()
            tickLater()
        }
    }

    private func tick() {
        let now = ContinuousClock.now
        rate.nextSecond()
        nameRate.nextSecond()
        log.flush()
        let today = Self.today
        // A clock that steps back gives no new day.
        if today > counters.day {
            counters.day = today
            bytesBefore = -(meter.fromGuest + meter.toGuest)
            refreshQuota()
        }
        for connection in connections.values where connection.isLate(now) { connection.close() }
        for connection in dnsConnections.values where connection.isLate(now) { connection.close() }
        pool.prune { $0.idleSince + EgressLimits.idleUpstreamTime > now }
        certificateAge += 1
        if certificateAge >= 7 * 24 * 3600 {
            certificateAge = 0
            authority?.forgetCertificates()
        }
    }

    static var today: Int64 { Int64(time(nil)) / 86_400 }

    // MARK: Counters

    private var bytesToday: Int64 { bytesBefore + meter.fromGuest + meter.toGuest }

    private func refreshQuota() {
        meter.left = filter.limits.bytesPerDay.map { Int64(clamping: $0.bytes) - bytesToday }
    }

    private var currentCounters: EgressCounters {
        var now = counters
        now.bytesToday = bytesToday
        now.bytesFromGuest += meter.fromGuest
        now.bytesToGuest += meter.toGuest
        now.connections = connections.count
        return now
    }

    /// The day's bytes are used up: nothing more moves.
    func cutByQuota() {
        for connection in connections.values { connection.cut(by: Self.quotaReason) }
    }

    static let quotaReason = NetworkReason(scope: "limits", rule: "the day's bytes are used up")
}
