internal import AIUModel
internal import AIUPolicy

extension ClientConnection {
    /// By what a tunnel was asked for, and so how it is answered.
    enum TunnelKind {
        case connect
        case socks
    }

    /// One step of SOCKS5.
    func socks() -> Bool {
        do throws(SOCKSRequest.Fault) {
            if case .socksGreeting = stage {
                guard let length = try SOCKSRequest.greeting(inbox.slice) else { return endIfOver() }
                inbox.drop(length)
                stage = .socksRequest
                stream.send([SOCKSRequest.version, 0])
                return true
            }
            guard let request = try SOCKSRequest.target(inbox.slice) else { return endIfOver() }
            inbox.drop(request.length)
            said()
            tunnel(to: request.host, request.port, .socks)
        } catch {
            let decision = EgressDecision(kind: .connect, allowed: false, host: "")
            proxy.record(decision.said(false, NetworkReason(scope: "protocol", rule: error.reason)))
            stream.send(error.code == 0xFF ? [SOCKSRequest.version, error.code] : SOCKSRequest.answer(error.code))
            close()
        }
        return true
    }

    private func endIfOver() -> Bool {
        if hasEnded || inbox.count > 600 { close() }
        return false
    }

    /// Decides about a connection, and makes it.
    func tunnel(to wanted: EgressHost, _ port: UInt16, _ kind: TunnelKind) {
        stage = .waiting
        var host = wanted
        // Who connects to an address that stands for a name has said the name.
        if case .address(let address) = wanted, let name = proxy.synthetic.name(of: address) { host = .name(name) }
        let decision = EgressDecision(kind: .connect, allowed: false, host: "\(host)", port: port)
        if let reason = proxy.overLimit() { return deny(decision, reason, kind) }
        let verdict = proxy.filter.connection(host, port: port)
        let grant: NetworkGrant
        var mustRead = false
        switch verdict {
        case .denied(let reason): return deny(decision, reason, kind)
        case .allowed(let allowed): grant = allowed
        case .dependsOnRequest(let some):
            grant = some
            mustRead = true
        }
        let target = Target(host: host, port: port, grant: grant)
        pinned = target
        if mustRead || proxy.secrets.concerns(host) && !grant.raw {
            // Each request will be decided on its own.
            proxy.record(decision.said(true, grant.reason))
            return proxy.channel.whenTold { [weak self] in self?.opened(nil, kind) }
        }
        let wish = EgressProxy.Wish(target: target, decision: decision, isTunnel: true)
        proxy.reach(wish) { [weak self] result in
            guard let self, !isClosed else {
                if case .success(let upstream) = result { upstream.stream.close() }
                return
            }
            switch result {
            case .success(let upstream): opened(upstream, kind)
            case .failure(.denied(let reason, _)): answerDenial(reason, kind)
            case .failure(.failed(let reason)): answerFailure(reason, kind)
            }
        }
    }

    private func opened(_ upstream: Upstream?, _ kind: TunnelKind) {
        guard !isClosed, let pinned else { return }
        switch kind {
        case .connect: stream.send(Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8))
        case .socks: stream.send(SOCKSRequest.answer(0))
        }
        if let upstream, pinned.grant.raw { return relay(pinned, upstream) }
        stage = .tunnelled(upstream)
        process()
    }

    /// What the first bytes in a tunnel say; whether there may be another step.
    func firstBytes(_ upstream: Upstream?) -> Bool {
        guard let pinned, let first = inbox.first else {
            if hasEnded { close() }
            return false
        }
        if (0x41...0x5A).contains(first) {
            // HTTP without TLS: its requests are read like all others.
            if let upstream { proxy.pool.give(upstream) }
            stage = .http
            return true
        }
        let hello: ClientHello
        do throws(ClientHello.Fault) {
            guard let read = try ClientHello(inbox.slice) else {
                if hasEnded { close() }
                return false
            }
            hello = read
        } catch {
            cut(by: NetworkReason(scope: "protocol", rule: "\(error.rawValue), and no rule allows raw connections"))
            return false
        }
        if let rule = objection(hello, pinned.host) {
            cut(by: NetworkReason(scope: "protocol", rule: rule))
            return false
        }
        if let upstream {
            relay(pinned, upstream)
        } else {
            intercept(pinned)
        }
        return false
    }

    /// What the first message of TLS says must be what was asked for.
    private func objection(_ hello: ClientHello, _ host: EgressHost) -> String? {
        if hello.hidesName { return "TLS hides the server's name (ECH)" }
        switch host {
        case .address: return hello.serverName == nil ? nil : "TLS names a server, and an address was asked for"
        case .name(let name):
            guard let said = hello.serverName else { return "TLS names no server (SNI)" }
            guard let other = try? EgressHost(parsing: said) else { return "TLS names a server by no name" }  // refused
            return other == .name(name) ? nil : "TLS names \(other), and \(name) was asked for"
        }
    }

    private func intercept(_ target: Target) {
        let isAddress = if case .address = target.host { true } else { false }
        let host = if case .address(let address) = target.host { address.description } else { "\(target.host)" }
        guard let context = proxy.authority?.context(host: host, isAddress: isAddress),
            let session = TLSSession(accepting: stream.raw, context, said: inbox.take(inbox.count))
        else {
            return cut(
                by: NetworkReason(
                    scope: "protocol", rule: "its requests must be read, and the VM has no authority for it"))
        }
        isIntercepted = true
        stage = .http
        said()
        stream.secure(session)
    }

    private func relay(_ target: Target, _ upstream: Upstream) {
        let relay = Relay(self, target, upstream)
        stage = .relay(relay)
        relay.start(with: inbox.take(inbox.count))
    }

    // MARK: Answers

    private func deny(_ decision: EgressDecision, _ reason: NetworkReason, _ kind: TunnelKind) {
        proxy.record(decision.said(false, reason))
        proxy.channel.whenTold { [weak self] in self?.answerDenial(reason, kind) }
    }

    private func answerDenial(_ reason: NetworkReason, _ kind: TunnelKind) {
        guard !isClosed else { return }
        switch kind {
        case .connect: stream.send(HTTPResponse.own(403, "Forbidden", Self.denial(reason), close: true))
        case .socks: stream.send(SOCKSRequest.answer(2))
        }
        close()
    }

    private func answerFailure(_ reason: String, _ kind: TunnelKind) {
        guard !isClosed else { return }
        switch kind {
        case .connect: stream.send(HTTPResponse.own(502, "Bad Gateway", reason, close: true))
        case .socks: stream.send(SOCKSRequest.answer(4))
        }
        close()
    }

    static func denial(_ reason: NetworkReason) -> String { "not allowed by this host: \(reason)" }
}
