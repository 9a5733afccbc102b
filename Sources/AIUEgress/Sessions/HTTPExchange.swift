internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// One request on its way to its server, and the answer on its way back.
final class HTTPExchange {
    let target: Target
    private(set) var upstream: Upstream?
    private unowned let owner: ClientConnection
    private let request: HTTPRequest
    private let decision: EgressDecision
    private var requestBody: BodyReader
    private var answer = ByteQueue()
    private var scanned = 0
    private var response: HTTPResponse?
    private var responseBody: BodyReader?
    private var isOver = false
    private var spare = 0

    init(_ owner: ClientConnection, _ request: HTTPRequest, _ target: Target, _ decision: EgressDecision) {
        self.owner = owner
        self.request = request
        self.target = target
        self.decision = decision
        requestBody = BodyReader(request.body)
    }

    var lastMove: ContinuousClock.Instant { upstream?.stream.lastMove ?? owner.stream.lastMove }

    func start() { reach(reuse: true) }

    /// By the rules that hold now.
    func isStillAllowed() -> Bool {
        let verdict = owner.proxy.filter.request(
            target.host, port: target.port, method: request.method, path: request.path)
        if case .allowed = verdict { return true } else { return false }
    }

    private func reach(reuse: Bool) {
        var wish = EgressProxy.Wish(target: target, decision: decision)
        wish.isSecured = owner.isIntercepted
        wish.mayReuse = reuse
        let (names, length) = secretNames
        spare = length
        if !names.isEmpty { wish.decision.secrets = names }
        owner.proxy.reach(wish) { [self, proxy = owner.proxy] result in
            guard !isOver else {
                if case .success(let upstream) = result { proxy.pool.give(upstream) }
                return
            }
            switch result {
            case .success(let upstream): begin(upstream)
            case .failure(.denied(let reason, _)):
                fail(403, "Forbidden", ClientConnection.denial(reason))
            case .failure(.failed(let reason)): fail(502, "Bad Gateway", reason)
            }
        }
    }

    // MARK: The request

    /// Which secrets will be put in, and how long they are.
    private var secretNames: ([String], Int) {
        guard owner.isIntercepted else { return ([], 0) }
        var names: [String] = []
        var length = 0
        for field in request.head.fields {
            guard var swap = swap(field) else { continue }
            names += swap.names
            length += swap.value.count
            wipe(&swap.value)
        }
        return (names.sorted(), length)
    }

    private func swap(_ field: HTTPHead.Field) -> SecretBook.Swap? {
        guard owner.isIntercepted, SecretBook.mayCarry(request.head.name(field)) else { return nil }
        return owner.proxy.secrets.swap(
            request.head.value(field), isAuthorization: field.kind == .authorization, host: target.host)
    }

    private func begin(_ upstream: Upstream) {
        self.upstream = upstream
        upstream.stream.handler = { [unowned self] event in
            switch event {
            case .readable: readAnswer()
            case .drained: owner.process()
            case .left: lost("the connection was closed")
            case .gone(let reason): lost(reason)
            case .connected, .secured: break
            }
        }
        var swapped = false
        var head = request.forwarded(
            asAbsolute: upstream.isAbsolute ? target.authority(usualPort: 80) : nil,
            host: target.authority(usualPort: owner.isIntercepted ? 443 : 80), keepAlive: true, spare: spare
        ) { field in
            guard let swap = swap(field) else { return nil }
            swapped = true
            return swap.value
        }
        if swapped { upstream.stream.sendWiping(&head) } else { upstream.stream.send(head) }
        upstream.stream.wantsRead = true
        owner.process()
    }

    /// Sends on what has come of the request's body.
    func pumpRequest() {
        guard let upstream, !isOver else { return }
        while !owner.inbox.isEmpty, !requestBody.isDone, !upstream.stream.isBlocked {
            do throws(HTTPFault) {
                let count = try requestBody.take(owner.inbox.slice.prefix(EgressLimits.pieceBytes))
                upstream.stream.send(owner.inbox.take(count))
            } catch {
                // Nothing more of it goes out, and nothing behind it is a request.
                upstream.stream.close()
                isOver = true
                return owner.refuse(error)
            }
        }
        if owner.hasEnded, !requestBody.isDone, owner.inbox.isEmpty { owner.close() }
    }

    // MARK: The answer

    func clientDrained() { if !isOver { upstream?.stream.wantsRead = true } }

    private func readAnswer() {
        guard let upstream, !isOver else { return }
        switch upstream.stream.read(into: owner.proxy.scratch) {
        case .bytes(let count):
            if owner.proxy.meter.isExhausted { return owner.proxy.cutByQuota() }
            if responseBody != nil {
                body(owner.proxy.scratch.copy(count)[...])
            } else {
                answer.append(owner.proxy.scratch, count)
                heads()
            }
        case .nothing: break
        case .end:
            guard responseBody?.endsWithConnection == true else { return lost("the server closed the connection") }
            finish(keep: false)
        case .failed(let reason): lost(reason)
        }
    }

    private func heads() {
        var begun: [UInt8] = []
        while response == nil, !isOver {
            let slice = answer.slice
            do throws(HTTPFault) {
                guard let end = try HTTPHead.end(in: slice, from: slice.startIndex + scanned) else {
                    scanned = slice.count
                    if slice.count > EgressLimits.headBytes { throw .long }
                    owner.stream.send(begun)
                    // A server may say "not yet" for ever.
                    if owner.stream.isBlocked { upstream?.stream.wantsRead = false }
                    return
                }
                scanned = 0
                let bytes = answer.take(end - slice.startIndex)
                let head = try HTTPResponse(try HTTPHead(bytes), to: request.method)
                if request.isVersion10, head.isInterim { continue }
                if !head.isInterim { response = head }
                begun += head.forwarded(keepAlive: keepsClient(head), isVersion10: request.isVersion10) { value in
                    owner.isIntercepted ? owner.proxy.secrets.hidden(value, host: target.host) : nil
                }
                guard !head.isInterim else { continue }
                responseBody = BodyReader(head.body)
            } catch {
                return fail(502, "Bad Gateway", "the server's answer: \(error.rawValue)")
            }
        }
        // Head and what has come of the body in one piece: the guest is woken once.
        body(answer.take(answer.count)[...], after: begun)
    }

    private func keepsClient(_ response: HTTPResponse) -> Bool {
        // A body that ends with its connection ends the guest's one, too; so does a request that was not taken whole.
        request.keepsConnection && response.body != .untilEnd && requestBody.isDone
            && (!request.isVersion10 || response.body != .chunked)
    }

    private func body(_ bytes: ArraySlice<UInt8>, after head: [UInt8] = []) {
        guard !isOver, var reader = responseBody else { return }
        do throws(HTTPFault) {
            let count = try reader.take(bytes)
            responseBody = reader
            if head.isEmpty {
                unsafe bytes.prefix(count).withUnsafeBytes { unsafe owner.stream.send($0) }
            } else {
                owner.stream.send(head + bytes.prefix(count))
            }
            if reader.isDone { return finish(keep: count == bytes.count) }
        } catch {
            // The answer has begun, so that only its early end can say that it is broken.
            owner.stream.send(head)
            return finish(keep: false, broken: true)
        }
        if owner.stream.isBlocked { upstream?.stream.wantsRead = false }
    }

    private func finish(keep: Bool, broken: Bool = false) {
        guard !isOver, let upstream, let response else { return }
        isOver = true
        let keepsClient = !broken && keepsClient(response)
        if keep, !broken, requestBody.isDone, answer.isEmpty, response.keepsConnection, !request.isVersion10 {
            owner.proxy.pool.give(upstream)
        } else {
            upstream.stream.close()
        }
        self.upstream = nil
        owner.finished(keep: keepsClient)
    }

    /// A connection that stood too long may have been closed by its server just now; the request is sent once more when
    /// nothing of an answer has come and nothing but the head was sent.
    private func lost(_ reason: String) {
        guard !isOver, let upstream else { return }
        if responseBody?.endsWithConnection == true { return finish(keep: false) }
        let mayRetry = upstream.isReused && response == nil && answer.isEmpty && request.body == .none
        upstream.stream.close()
        self.upstream = nil
        if mayRetry { return reach(reuse: false) }
        if response != nil {
            isOver = true
            return owner.finished(keep: false)
        }
        fail(502, "Bad Gateway", reason)
    }

    private func fail(_ status: Int, _ words: String, _ text: String) {
        guard !isOver else { return }
        isOver = true
        upstream?.stream.close()
        upstream = nil
        let closes = !requestBody.isDone || !request.keepsConnection || response != nil
        if response == nil { owner.stream.send(HTTPResponse.own(status, words, text, close: closes)) }
        owner.finished(keep: !closes)
    }

    func abandon() {
        isOver = true
        upstream?.stream.close()
        upstream = nil
    }
}
