internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// One connection of the guest, from its first byte on.
final class ClientConnection {
    enum Stage {
        /// Nothing was said yet.
        case first
        case socksGreeting, socksRequest
        /// Heads of requests are read.
        case http
        /// Something is under way; what comes waits.
        case waiting
        /// A tunnel stands, and its first bytes say what it is.
        case tunnelled(Upstream?)
        case exchange(HTTPExchange)
        case relay(Relay)
        case closed
    }

    unowned let proxy: EgressProxy
    let stream: Stream
    var inbox = ByteQueue()
    var stage = Stage.first
    /// Where a tunnel leads; requests in it go nowhere else.
    var pinned: Target?
    /// TLS ends here, and its requests are read.
    var isIntercepted = false
    /// The guest sends nothing more.
    var hasEnded = false
    /// How far the head has been looked through for its end.
    private var scanned = 0
    /// The first line is one of a request, as far as it has come.
    private var isHTTP = false
    private var headBegan: ContinuousClock.Instant?
    private var isProcessing = false

    init(_ socket: consuming FileDescriptor, _ proxy: EgressProxy) {
        self.proxy = proxy
        stream = Stream(socket, proxy.loop, isConnecting: false)
        stream.meter = proxy.meter
        listen()
        stream.wantsRead = true
    }

    /// Takes the stream's events, which others had meanwhile.
    func listen() {
        stream.handler = { [unowned self] event in
            switch event {
            case .readable: readable()
            case .secured: process()
            case .drained: if case .exchange(let exchange) = stage { exchange.clientDrained() }
            case .left, .gone: close()
            case .connected: break
            }
        }
    }

    private func readable() {
        switch stream.read(into: proxy.scratch) {
        case .bytes(let count):
            // A request's head is still read, so that it can be told why it is refused.
            if proxy.meter.isExhausted, case .exchange = stage { return proxy.cutByQuota() }
            inbox.append(proxy.scratch, count)
            process()
        case .nothing: break
        case .end:
            hasEnded = true
            process()
        case .failed: close()
        }
    }

    /// Goes on as far as what has come allows.
    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        while step() {}
        isProcessing = false
        // Heads of requests that nobody answers yet, or bodies that nobody takes, wait where they are.
        if case .closed = stage { return }
        if case .relay = stage { return }
        stream.wantsRead = !hasEnded && inbox.count < EgressLimits.pendingBytes
    }

    /// One step; whether there may be another.
    private func step() -> Bool {
        if proxy.channel.isFull, !isClosed {
            proxy.channel.whenTold { [weak self] in self?.process() }
            return false
        }
        switch stage {
        case .waiting, .relay, .closed: return false
        case .exchange(let exchange):
            exchange.pumpRequest()
            return false
        case .tunnelled(let upstream): return firstBytes(upstream)
        case .first, .socksGreeting, .socksRequest, .http: break
        }
        guard let first = inbox.first else {
            if hasEnded { close() }
            return false
        }
        if headBegan == nil { headBegan = .now }
        switch stage {
        case .first:
            guard first == SOCKSRequest.version || (0x41...0x5A).contains(first) else {
                refuse(HTTPFault.requestLine)
                return false
            }
            stage = first == SOCKSRequest.version ? .socksGreeting : .http
            return true
        case .socksGreeting, .socksRequest: return socks()
        case .http: return head()
        case .waiting, .tunnelled, .exchange, .relay, .closed: return false
        }
    }

    private func head() -> Bool {
        let slice = inbox.slice
        do throws(HTTPFault) {
            guard let end = try HTTPHead.end(in: slice, from: slice.startIndex + scanned) else {
                if scanned == 0 || !isHTTP { isHTTP = try HTTPHead.beginsRequest(slice) }
                scanned = slice.count
                if slice.count > EgressLimits.headBytes { throw .long }
                if hasEnded { close() }
                return false
            }
            let bytes = inbox.take(end - slice.startIndex)
            said()
            handle(try HTTPRequest(try HTTPHead(bytes)))
        } catch {
            refuse(error)
        }
        return true
    }

    /// A message is whole; the next has its own time.
    func said() {
        scanned = 0
        isHTTP = false
        headBegan = nil
    }

    /// What is no request, or could be read as two.
    func refuse(_ fault: HTTPFault) {
        let host = pinned.map { "\($0.host)" } ?? ""
        proxy.record(
            .init(
                kind: .request, allowed: false, host: host, port: pinned?.port, scope: "protocol", rule: fault.rawValue)
        )
        stage = .waiting
        proxy.channel.whenTold { [weak self] in
            guard let self, !isClosed else { return }
            stream.send(HTTPResponse.own(400, "Bad Request", fault.rawValue, close: true))
            close()
        }
    }

    var isClosed: Bool {
        if case .closed = stage { true } else { false }
    }

    func close() {
        guard !isClosed else { return }
        switch stage {
        case .exchange(let exchange): exchange.abandon()
        case .relay(let relay): relay.close()
        case .tunnelled(let upstream): upstream?.stream.close()
        case .first, .socksGreeting, .socksRequest, .http, .waiting, .closed: break
        }
        stage = .closed
        proxy.forget(self)
        stream.closeWhenSent()
    }

    // MARK: Changes

    /// By the rules that hold now.
    func isStillAllowed() -> Bool {
        let target: Target
        let upstream: Upstream?
        let isRelay: Bool
        switch stage {
        case .first, .socksGreeting, .socksRequest, .http, .waiting, .closed:
            guard let pinned else { return true }
            (target, upstream, isRelay) = (pinned, nil, false)
        case .tunnelled(let through):
            guard let pinned else { return false }
            // What was connected for a tunnel would be carried unread.
            (target, upstream, isRelay) = (pinned, through, through != nil)
        case .exchange(let exchange):
            guard exchange.isStillAllowed() else { return false }
            (target, upstream, isRelay) = (exchange.target, exchange.upstream, false)
        case .relay(let relay): (target, upstream, isRelay) = (relay.target, relay.upstream, true)
        }
        switch proxy.filter.connection(target.host, port: target.port) {
        case .denied: return false
        case .dependsOnRequest: if isRelay { return false }
        case .allowed(let grant):
            if isRelay, target.grant.raw, !grant.raw { return false }
            if grant.isService != target.grant.isService || grant.endpoint != target.grant.endpoint { return false }
        }
        guard let upstream else { return true }
        let route = target.grant.isService ? .direct : proxy.route(target.host)
        guard upstream.key.route == route, let grant = proxy.filter.connection(target.host, port: target.port).grant
        else { return false }
        return upstream.interface == (target.grant.isService ? nil : proxy.interface)
            && proxy.isReachable(upstream.endpoint, route: route, grant)
    }

    /// Ends what is no longer allowed, and says so.
    func cut(by given: NetworkReason? = nil) {
        var target = pinned
        var upstream: Upstream?
        switch stage {
        case .exchange(let exchange): (target, upstream) = (exchange.target, exchange.upstream)
        case .relay(let relay): (target, upstream) = (relay.target, relay.upstream)
        case .first, .socksGreeting, .socksRequest, .http, .waiting, .tunnelled, .closed: break
        }
        if let target {
            var reason = given ?? NetworkReason(scope: "rules", rule: "they changed")
            if given == nil, case .denied(let why) = proxy.filter.connection(target.host, port: target.port) {
                reason = why
            }
            let decision = EgressDecision(kind: .cut, allowed: false, host: "\(target.host)", port: target.port)
            proxy.record(decision.said(false, reason, at: upstream?.endpoint.address))
        }
        close()
    }

    /// Whether it has had its time.
    func isLate(_ now: ContinuousClock.Instant) -> Bool {
        switch stage {
        case .first, .socksGreeting, .socksRequest, .http:
            if let headBegan { return headBegan + proxy.configuration.headTime < now }
            return stream.lastMove + EgressLimits.idleTime < now
        case .tunnelled: return stream.lastMove + EgressLimits.tlsTime < now
        case .exchange(let exchange):
            return max(stream.lastMove, exchange.lastMove) + EgressLimits.stallTime < now
        case .relay(let relay): return relay.lastMove + EgressLimits.relayTime < now
        case .waiting: return stream.lastMove + EgressLimits.stallTime < now
        case .closed: return false
        }
    }
}
