internal import AIUModel
internal import AIUPolicy

extension EgressProxy {
    /// What is to be reached, and how.
    struct Wish {
        var target: Target
        /// What is told once it is known where it goes.
        var decision: EgressDecision
        var isSecured = false
        /// A connection of its own, for a tunnel.
        var isTunnel = false
        var mayReuse = true
    }

    typealias Reached = (Result<Upstream, DialFault>) -> Void

    /// Finds, checks, records, connects: in this order, and to exactly the address that was checked.
    func reach(_ wish: Wish, then: @escaping Reached) {
        let target = wish.target
        let route = target.grant.isService ? .direct : route(target.host)
        let key = Upstream.Key(
            host: "\(target.host)", port: target.port, isSecured: wish.isSecured, route: route)
        let decided = generation
        // One that another grant has made may lead to an address that is not for this one.
        if wish.mayReuse, !wish.isTunnel, let upstream = pool.take(key) {
            if isReachable(upstream.endpoint, route: route, target.grant) {
                record(wish.decision.said(true, target.grant.reason, at: upstream.endpoint.address))
                return channel.whenTold { [unowned self] in
                    if generation == decided { return then(.success(upstream)) }
                    // It stands under rules that no longer hold.
                    upstream.stream.close()
                    then(.failure(Self.outdated))
                }
            }
            upstream.stream.close()
        }
        guard dials < EgressLimits.connections else { return then(.failure(.failed("too many connections at a time"))) }
        locate(target, route) { [unowned self] found in
            guard generation == decided else { return then(.failure(Self.outdated)) }
            switch found {
            case .failure(.denied(let reason, let address)):
                record(wish.decision.said(false, reason, at: address))
                channel.whenTold { then(.failure(.denied(reason, address))) }
            case .failure(.failed(let reason)):
                record(wish.decision.said(true, target.grant.reason))
                channel.whenTold { then(.failure(.failed(reason))) }
            case .success(let endpoints):
                record(wish.decision.said(true, target.grant.reason, at: endpoints.first?.address))
                channel.whenTold { [unowned self] in dial(wish, route, endpoints, then) }
            }
        }
    }

    private static let outdated = DialFault.failed("the rules changed meanwhile; try again")

    private func dial(_ wish: Wish, _ route: Route, _ endpoints: [Endpoint], _ then: @escaping Reached) {
        var secure: TLSContext?
        if wish.isSecured {
            guard let servers else { return then(.failure(.failed("this host has no root certificates"))) }
            secure = servers
        }
        // Services of the host are not behind the tunnel.
        let plan = Dial.Plan(
            target: wish.target, endpoints: endpoints, route: route, secure: secure, tunnels: wish.isTunnel,
            interface: wish.target.grant.isService ? nil : interface, mayProxyBeOwn: !filter.isProxyOwn)
        dials += 1
        let decided = generation
        var running: Dial?
        let dial = Dial(plan, loop, scratch) { [unowned self] result in
            running = nil
            dials -= 1
            if case .failure(.denied(let reason, let address)) = result {
                record(wish.decision.said(false, reason, at: address))
            }
            channel.whenTold { [unowned self] in
                guard generation != decided, case .success(let upstream) = result else { return then(result) }
                // It was made under rules that no longer hold.
                upstream.stream.close()
                then(.failure(Self.outdated))
            }
        }
        running = dial
        // Kept alive by its own end.
        withExtendedLifetime(running) { dial.start() }
    }

    private func locate(
        _ target: Target, _ route: Route, then: @escaping (Result<[Endpoint], DialFault>) -> Void
    ) {
        let host: EgressHost
        let port: UInt16
        switch route {
        case .direct:
            if let endpoint = target.grant.endpoint {
                if let reason = filter.refusal(of: endpoint.address, port: endpoint.port, under: target.grant) {
                    return then(.failure(.denied(reason, endpoint.address)))
                }
                return then(.success([endpoint]))
            }
            (host, port) = (target.host, target.port)
        case .httpProxy(let proxy, let proxyPort), .socksProxy(let proxy, let proxyPort):
            (host, port) = (proxy, proxyPort)
        }
        guard case .name(let name) = host else {
            guard case .address(let address) = host else { return }
            if let reason = filter.refusal(ofProxy: host, port: port, at: address) {
                return then(.failure(.denied(reason, address)))
            }
            return then(.success([Endpoint(address, port)]))
        }
        resolver.find(name) { [unowned self] outcome in
            switch outcome {
            case .failed(let reason): then(.failure(.failed("\(name): \(reason)")))
            case .addresses(let addresses, _):
                var reason: (NetworkReason, IPAddress)?
                let allowed = addresses.filter { address in
                    let why =
                        route == .direct
                        ? filter.refusal(of: address, port: port, under: target.grant)
                        : filter.refusal(ofProxy: host, port: port, at: address)
                    guard let why else { return true }
                    reason = reason ?? (why, address)
                    return false
                }
                if allowed.isEmpty, let (why, address) = reason { return then(.failure(.denied(why, address))) }
                then(.success(allowed.map { Endpoint($0, port) }))
            }
        }
    }

    /// By which way names of the world are reached now.
    func route(_ host: EgressHost) -> Route {
        guard let settings = filter.upstreamProxy else { return .direct }
        if case .name(let name) = host {
            let isExcepted = settings.noProxy.contains { pattern in
                pattern.isWildcard ? name.hasSuffix(".\(pattern.name)") : name == pattern.name
            }
            if isExcepted { return .direct }
        }
        let parts = settings.url.split(separator: "/", maxSplits: 2)
        guard let last = parts.last, let place = HTTPRequest.place(Array(last.utf8)[...]), let port = place.port else {
            return .httpProxy(host: host, port: 0)
        }
        return settings.url.hasPrefix("socks5://")
            ? .socksProxy(host: place.host, port: port) : .httpProxy(host: place.host, port: port)
    }

    /// Whether a connection that stands would be made again.
    func isReachable(_ endpoint: Endpoint, route: Route, _ grant: NetworkGrant) -> Bool {
        switch route {
        case .direct: filter.refusal(of: endpoint.address, port: endpoint.port, under: grant) == nil
        case .httpProxy(let host, let port), .socksProxy(let host, let port):
            filter.refusal(ofProxy: host, port: port, at: endpoint.address) == nil
        }
    }
}
