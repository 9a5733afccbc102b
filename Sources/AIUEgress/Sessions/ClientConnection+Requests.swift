internal import AIUModel
internal import AIUPolicy

extension ClientConnection {
    /// Decides about a request, and sends it on.
    func handle(_ request: HTTPRequest) {
        switch request.target {
        case .tunnel(let host, let port):
            guard pinned == nil else { return refuse(.target) }
            tunnel(to: host, port, .connect)
        case .absolute(let host, let port):
            if let pinned {
                // In a tunnel, a request may name its place in full, but no other one.
                guard !isIntercepted, pinned.host == host, pinned.port == port else { return refuse(.hostDiffers) }
            }
            decide(request, host, port)
        case .path(let host, let port):
            guard let pinned else { return refuse(.target) }
            let usual: UInt16 = isIntercepted ? 443 : 80
            guard host.map({ $0 == pinned.host }) ?? true, port.map({ $0 == pinned.port || $0 == usual }) ?? true else {
                return refuse(.hostDiffers)
            }
            decide(request, pinned.host, pinned.port)
        }
    }

    private func decide(_ request: HTTPRequest, _ host: EgressHost, _ port: UInt16) {
        stage = .waiting
        let decision = EgressDecision(
            kind: .request, allowed: false, host: "\(host)", port: port, method: request.method,
            path: String(decoding: request.path.prefix(1024), as: UTF8.self))
        if let reason = proxy.overLimit() { return deny(decision, reason, request, status: 429) }
        switch proxy.filter.request(host, port: port, method: request.method, path: request.path) {
        case .denied(let reason): deny(decision, reason, request)
        // A request is known whole; nothing depends on it any more.
        case .dependsOnRequest(let grant): deny(decision, grant.reason, request)
        case .allowed(let grant):
            let target = Target(host: host, port: port, grant: grant)
            if let reason = objection(request, target) { return deny(decision, reason, request) }
            let exchange = HTTPExchange(self, request, target, decision)
            stage = .exchange(exchange)
            exchange.start()
        }
    }

    /// What the rules cannot see, or what must not leave in the clear.
    private func objection(_ request: HTTPRequest, _ target: Target) -> NetworkReason? {
        if request.triesToOverride,
            case .dependsOnRequest = proxy.filter.connection(target.host, port: target.port)
        {
            return NetworkReason(scope: "protocol", rule: "a field says another method than the request")
        }
        if !isIntercepted,
            request.head.fields.contains(where: { proxy.secrets.mentions(request.head.value($0), host: target.host) })
        {
            return NetworkReason(scope: "secrets", rule: "a secret is put in over TLS only")
        }
        return nil
    }

    private func deny(
        _ decision: EgressDecision, _ reason: NetworkReason, _ request: HTTPRequest, status: Int = 403
    ) {
        proxy.record(decision.said(false, reason))
        // A body that nobody reads would be taken for the next request.
        let closes = request.body != .none || !request.keepsConnection
        proxy.channel.whenTold { [weak self] in
            guard let self, !isClosed else { return }
            let words = status == 403 ? "Forbidden" : "Too Many Requests"
            stream.send(HTTPResponse.own(status, words, Self.denial(reason), close: closes))
            if closes { return close() }
            stage = .http
            process()
        }
    }

    /// An exchange is over: the next request, or the end.
    func finished(keep: Bool) {
        guard !isClosed else { return }
        guard keep, !hasEnded || !inbox.isEmpty else {
            stage = .waiting
            return close()
        }
        stage = .http
        process()
    }
}
