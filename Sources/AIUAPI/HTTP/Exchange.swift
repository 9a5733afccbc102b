internal import AIUModel
internal import AIUPolicy
internal import AIUSystem
internal import CGnuTLS
internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// One request and its answer, between libmicrohttpd's thread, which never waits, and the task that works on it.
@safe final class Exchange: Sendable {
    private enum Phase {
        /// The headers have not been looked at.
        case fresh
        case reading(Route)
        /// The connection is suspended, the handler runs.
        case running
        /// The handler is done, the connection resumed.
        case ready(Response)
        case answered
    }

    private struct State {
        var phase = Phase.fresh
        var request = Request()
        /// What this request took of the shared memory for bodies.
        var taken = 0
        var oversized = 0
        var task: Task<Void, Never>?
        var stream: ByteStream?
        var accept: (@Sendable (Upgraded) -> Void)?
        /// Of what goes on after its answer has begun.
        var audited: AuditedRequest?
        var running: RunningRequest?
        /// What a stream says before it is cut off.
        var lastWords: (@Sendable (Failure) -> [UInt8])?
        var watched = false
    }

    private static let left = Failure(.unavailable, "whoever asked had left")
    private static let stopping = HTTPProblem(503, .unavailable, "the supervisor is stopping; try again later")

    private let core: ServerCore
    nonisolated(unsafe) private let connection: OpaquePointer
    private let descriptor: Int32
    /// Over TCP, with TLS.
    let isSecure: Bool
    private let target: [UInt8]
    private let state = Mutex(State())

    init(_ core: ServerCore, _ connection: OpaquePointer, target: [UInt8]) {
        self.core = core
        unsafe self.connection = connection
        self.target = target
        descriptor = unsafe aiu_mhd_socket(connection)
        isSecure = unsafe aiu_mhd_tls_session(connection) != nil
        core.add(self)
    }

    // MARK: libmicrohttpd's thread

    /// Takes the next step; false drops the connection.
    func advance(method: UnsafePointer<CChar>, piece: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            switch state.phase {
            case .fresh: return unsafe begin(&state, String(cString: method))
            case .reading(let route):
                if unsafe !piece.isEmpty { return unsafe take(piece, of: route, &state) }
                return finishReading(route, &state, unsafe String(cString: method))
            case .running: return true
            case .ready(let response):
                state.phase = .answered
                return answer(response, &state)
            case .answered: return true
            }
        }
    }

    /// The answer was sent or the client is gone: everything that still works for it ends.
    func complete() {
        let (task, stream, audited) = state.withLock { state in
            core.bodies.giveBack(state.taken)
            state.taken = 0
            state.phase = .answered
            unwatch(&state)
            defer { state.audited = nil }
            return (state.task, state.stream, state.audited)
        }
        // Neither a stream nor an upgraded connection took it over.
        audited?.endedElsewhere(Self.left)
        stream?.abandon()
        task?.cancel()
        core.remove(self)
    }

    /// libmicrohttpd hands the connection over.
    func upgraded(_ rest: [UInt8], _ own: Int32, _ handle: UpgradeHandle) {
        let (accept, audited) = state.withLock { state in
            defer { (state.accept, state.audited) = (nil, nil) }
            return (state.accept, state.audited)
        }
        guard own >= 0, let accept else { return handle.giveUp() }
        core.beginUpgrade()
        accept(
            Upgraded(socket: own, received: rest) { [core] in
                audited?.endedElsewhere()
                handle.giveUp()
                core.endUpgrade()
            })
    }

    private func begin(_ state: inout State, _ method: String) -> Bool {
        for name in Request.headersOfInterest {
            let value = unsafe aiu_mhd_header(connection, name)
            if let value = unsafe value { state.request.headers[name] = unsafe String(cString: value) }
        }
        do throws(HTTPProblem) {
            let (route, request) = try core.router.match(method: method, target: target)
            state.request.path = request.path
            state.request.query = request.query
            try route.checkVersion(state.request)
            if case .json(let name, _) = route.body { state.request.schema = .reference(name) }
            try route.checkLength(state.request)
            if core.isDraining { throw Self.stopping }
            state.request.origin = try origin()
            state.phase = .reading(route)
            return true
        } catch {
            state.phase = .answered
            return answer(error.response, &state, close: state.request.hasBody)
        }
    }

    /// Where the client is, and what is known of it before it says anything.
    private func origin() throws(HTTPProblem) -> Request.Origin {
        if isSecure {
            return .network(address: TCPSocket.peer(of: descriptor), subject: try subject())
        }
        do throws(SystemError) {
            return .socket(try UnixSocket.peer(of: descriptor))
        } catch {
            core.log.warning("a client stays unknown: \(error)")
            return .unknown
        }
    }

    /// The subject of the client's certificate.
    private func subject() throws(HTTPProblem) -> String? {
        var text = [CChar](repeating: 0, count: 2048)
        let length = unsafe aiu_tls_client_subject(aiu_mhd_tls_session(connection), &text, text.count)
        guard length >= 0 else {
            throw HTTPProblem(
                401, .unauthenticated,
                "the client's certificate is not signed by an authority of this server, or not good now")
        }
        if length == 0, core.reception.requiresCertificate {
            throw HTTPProblem(
                401, .unauthenticated,
                "a client's certificate is needed here; give one with --client-cert and --client-key")
        }
        return length == 0 ? nil : String(decoding: text[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func take(_ piece: UnsafeRawBufferPointer, of route: Route, _ state: inout State) -> Bool {
        // The answer can only be sent after the body: of one that is too long a little is skipped, then it is over.
        guard state.oversized == 0, state.request.body.count + piece.count <= route.body.limit,
            core.bodies.take(piece.count)
        else {
            state.oversized += piece.count
            return state.oversized <= max(64 * 1024, route.body.limit)
        }
        state.taken += piece.count
        unsafe state.request.body.append(contentsOf: piece)
        return true
    }

    private func finishReading(_ route: Route, _ state: inout State, _ method: String) -> Bool {
        if state.oversized > 0 {
            state.phase = .answered
            let full = HTTPProblem(503, .unavailable, "too many long requests are under way; try again in a moment")
            let exceeded = state.request.body.count + state.oversized > route.body.limit
            return answer((exceeded ? route.tooLong : full).response, &state, close: true)
        }
        // Its body came while the supervisor began to stop: nobody would wait for what it starts.
        if core.isDraining {
            state.phase = .answered
            return answer(Self.stopping.response, &state)
        }
        state.phase = .running
        unsafe MHD_suspend_connection(connection)
        if route.endsWithClient { watch(&state) }
        var request = state.request
        let core = core
        state.task = Task { [self] in
            let response: Response
            var audited: AuditedRequest?
            do throws(Failure) {
                if route.asksWho { request.caller = try await core.caller(of: request) }
                audited = try core.gate.admit(
                    request.caller, to: route.permission, reaching: route.reach(request),
                    AuditEntry(request, to: route, core.gate.contents(request)), recorded: route.isAudited)
                let running = RunningRequest(
                    caller: request.caller, permission: route.permission, reach: route.reach(request),
                    action: route.identifier, audited: audited)
                request.running = running
                // What is done without its client is not left half done either.
                if route.endsWithClient { keep(running, route) }
                response = try await route.handler(request, core.context)
                if !response.goesOn { audited?.ended() }
                if route.changes { core.log.info("\(request.actor): \(describe(method)): done") }
            } catch {
                audited?.ended(error)
                if route.changes {
                    core.log.info("\(request.actor): \(describe(method)): \(error.reason): \(error)")
                }
                response = HTTPProblem(error).response
            }
            finish(response, audited)
        }
        return true
    }

    private func keep(_ running: RunningRequest, _ route: Route) {
        let lastWords = route.lastWords
        state.withLock { state in
            state.running = running
            state.lastWords = lastWords
        }
    }

    private func describe(_ method: String) -> String { "\(method) \(String(decoding: target, as: UTF8.self))" }

    // MARK: any thread

    /// Hands the answer over; only the first one counts.
    private func finish(_ response: Response, _ audited: AuditedRequest? = nil) {
        let isFirst = state.withLock { state in
            guard case .running = state.phase else { return false }
            state.phase = .ready(response)
            if response.goesOn { state.audited = audited }
            core.bodies.giveBack(state.taken)
            state.taken = 0
            state.request.body = []
            unsafe MHD_resume_connection(connection)
            return true
        }
        if !isFirst, response.goesOn { audited?.ended(Self.left) }
    }

    /// The server stops and waits no longer.
    func abandon() {
        let (task, stream) = state.withLock { ($0.task, $0.stream) }
        task?.cancel()
        stream?.abandon()
        finish(HTTPProblem(503, .unavailable, "the supervisor stopped before this was finished").response)
    }

    /// What goes on for somebody, as long as it does.
    var running: RunningRequest? {
        state.withLock { state in
            switch state.phase {
            case .running: state.running
            case .answered: state.stream == nil ? nil : state.running
            case .fresh, .reading, .ready: nil
            }
        }
    }

    /// Whoever it is for may not have it any more.
    func cut(_ failure: Failure) {
        let (task, stream, running, words) = state.withLock { state in
            defer { state.running = nil }
            return (state.task, state.stream, state.running, state.lastWords)
        }
        guard let running else { return }
        running.audited?.cut(failure)
        stream?.cut(saying: words?(failure) ?? [])
        // First, or the task could say of its own cancelling what it takes for the reason.
        finish(HTTPProblem(failure).response)
        task?.cancel()
    }

    func endStream() { state.withLock { $0.stream }?.end() }

    var isBusy: Bool {
        state.withLock { state in
            switch state.phase {
            case .running, .ready: true
            case .answered: state.stream != nil
            case .fresh, .reading: false
            }
        }
    }

    var isSending: Bool {
        state.withLock { state in
            switch state.phase {
            case .ready, .answered: true
            case .fresh, .reading, .running: false
            }
        }
    }

    /// libmicrohttpd waits for us: it must not be stopped.
    var isWaiting: Bool {
        state.withLock { state in
            if case .running = state.phase { return true }
            return false
        }
    }

    private func clientLeft() {
        let (task, stream) = state.withLock { state in
            state.watched = false
            return (state.task, state.stream)
        }
        task?.cancel()
        stream?.abandon()
    }

    /// A suspended connection is not looked at by libmicrohttpd, so that the end of its client goes unnoticed.
    private func watch(_ state: inout State) {
        state.watched = true
        let (descriptor, isSecure) = (descriptor, isSecure)
        core.loopThread.perform { [weak self] loop in
            do throws(SystemError) {
                // Of a Unix socket a full hang-up is always told, and a client that only ends its own side stays. Over TLS nobody
                // ends one side only.
                try loop.watch(descriptor, isSecure ? .hangup : []) { _ in
                    loop.unwatch(descriptor)
                    self?.clientLeft()
                }
            } catch {
                // Already closed: libmicrohttpd finds out by itself when it sends.
                return
            }
        }
    }

    private func unwatch(_ state: inout State) {
        guard state.watched else { return }
        state.watched = false
        let descriptor = descriptor
        core.loopThread.perform { $0.unwatch(descriptor) }
    }

    // MARK: answers, on libmicrohttpd's thread

    private func answer(_ response: Response, _ state: inout State, close: Bool = false) -> Bool {
        let native: HTTPAnswer?
        switch response {
        case .whole(_, let type, let body, let headers):
            unwatch(&state)
            native = HTTPAnswer(body, type: type)
            for header in headers { native?.add(header.name, header.value) }
        case .stream(let type, let produce):
            let stream = unsafe ByteStream(connection)
            if core.isDraining { stream.end() }
            state.stream = stream
            native = HTTPAnswer(stream, type: type)
            let audited = state.audited
            state.audited = nil
            state.task = Task {
                let failure = await produce(stream)
                stream.end()
                audited?.ended(failure)
            }
        case .upgrade(let name, let accept):
            unwatch(&state)
            state.accept = accept
            native = HTTPAnswer(upgradingTo: name)
        }
        guard let native else { return false }
        native.add(APIVersion.header, String(APIVersion.current))
        if close || core.isDraining, response.status != 101 { native.add("Connection", "close") }
        return unsafe native.queue(response.status, on: connection)
    }
}

extension Request {
    fileprivate var hasBody: Bool {
        headers["transfer-encoding"] != nil || headers["content-length"].map { $0 != "0" } ?? false
    }
}
