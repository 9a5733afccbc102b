package import AIUJSON
internal import AIUModel
internal import AIUSystem

/// The way to the supervisor: HTTP/1.1 over its Unix socket, a connection for each request.
///
/// Written here instead of taken from libcurl, because loading libcurl with what it links takes longer than a whole
/// `aiu exec` may.
package final class Client {
    /// The list of a thousand VMs with their configurations is a few MiB.
    package static let longestAnswer = 128 << 20
    /// A file of a stopped VM's disk.
    package static let longestFile = 16 << 20
    private static let mostAtOnce = 16
    private static let limits = JSONLimits(maxBytes: longestAnswer, maxMembers: 8_000_000)

    package let place: StatePlace
    package var patience: Patience
    /// Starts the supervisor when nobody answers; nil leaves that.
    package var starter: SupervisorStarter?
    /// Sent with each request.
    package var credential: Credential?
    /// A supervisor on another machine instead of the one at `place`.
    package var remote: RemotePlace?

    private var helpers: [RemotePlace.Helper] = []

    package init(place: StatePlace, patience: Patience = Patience(), starter: SupervisorStarter? = nil) {
        self.place = place
        self.patience = patience
        self.starter = starter
    }

    /// Sends a request without waiting for the answer, so that several may be under way.
    package func begin(_ request: Request) throws(ClientError) -> Exchange {
        var request = request
        request.authorization = credential?.header
        if let remote { request.host = remote.header }
        return try Exchange(request, on: try connect(), patience: patience)
    }

    /// Waits for the head of the answer; one that is not a success is thrown.
    package func check(_ exchange: Exchange, of request: Request) throws(ClientError) {
        let head = try exchange.head()
        let version = head[APIVersion.header.lowercased()]
        if !request.anyVersion, version != String(APIVersion.current) { throw .otherVersion(theirs: version) }
        if request.upgrade != nil, head.status == 101 { return }
        guard (200..<300).contains(head.status), request.upgrade == nil else {
            throw Self.refusal(head, try exchange.body(limit: 1 << 20), of: request)
        }
    }

    /// Sends a request; an answer that is not a success is thrown.
    ///
    /// One that only reads is sent again, once, when the supervisor that it met was about to end: the next one answers.
    package func open(_ request: Request) throws(ClientError) -> Exchange {
        do throws(ClientError) {
            return try openOnce(request)
        } catch {
            guard request.method == .get, request.upgrade == nil, starter != nil, case .connectionLost = error else {
                throw error
            }
            return try openOnce(request)
        }
    }

    private func openOnce(_ request: Request) throws(ClientError) -> Exchange {
        let exchange = try begin(request)
        try check(exchange, of: request)
        if request.method == .get, request.upgrade == nil {
            exchange.whenBroken = { [weak self] in self?.refusal(of: request) }
        }
        return exchange
    }

    /// What the supervisor says to the same request now, if it does not allow it: what broke off may have been cut, because
    /// whoever asked may not have it any more.
    package func refusal(of request: Request) -> ClientError? {
        let former = (patience, starter)
        patience = Patience(limit: .seconds(5), signals: former.0.signals)
        // One that has gone has cut nothing off, and is not started to be asked.
        starter = nil
        defer { (patience, starter) = former }
        do throws(ClientError) {
            let exchange = try begin(request)
            try check(exchange, of: request)
            return nil
        } catch {
            guard case .refused(let failure) = error else { return nil }
            return failure.reason == .denied || failure.reason == .unauthenticated ? error : nil
        }
    }

    /// Sends all requests, several at a time, and hands over each answer's body in the order of the requests.
    package func each(_ requests: [Request], _ handle: (Int, Result<[UInt8], ClientError>) -> Void) {
        var underWay: [Result<Exchange, ClientError>] = []
        for (index, request) in requests.enumerated() {
            while underWay.count + index < requests.count, underWay.count < Self.mostAtOnce {
                let next = requests[index + underWay.count]
                underWay.append(Result { () throws(ClientError) in try begin(next) })
            }
            let exchange = underWay.removeFirst()
            handle(
                index,
                Result { () throws(ClientError) in
                    let exchange = try exchange.get()
                    try check(exchange, of: request)
                    return try exchange.body(limit: Self.longestAnswer)
                })
        }
    }

    /// The whole body of the answer.
    package func bytes(_ request: Request, limit: Int = longestAnswer) throws(ClientError) -> [UInt8] {
        try open(request).body(limit: limit)
    }

    /// The answer as it was said.
    package func json(_ request: Request) throws(ClientError) -> JSON {
        try Self.parse(try bytes(request), of: request)
    }

    package static func parse(_ body: [UInt8], of request: Request) throws(ClientError) -> JSON {
        do throws(JSONError) {
            return try JSON(parsing: body, limits: limits)
        } catch {
            throw .malformed(request: request.purpose, reason: error.description)
        }
    }

    package func value<Answer: Decodable>(
        _ request: Request, as type: Answer.Type = Answer.self
    ) throws(ClientError) -> Answer {
        try Self.decode(type, from: try bytes(request), of: request)
    }

    package static func decode<Answer: Decodable>(
        _ type: Answer.Type = Answer.self, from body: [UInt8], of request: Request
    ) throws(ClientError) -> Answer {
        do throws(JSONError) {
            return try JSONText.decode(type, from: body, limits: limits)
        } catch {
            throw .malformed(request: request.purpose, reason: error.description)
        }
    }

    package static func encode<Body: Encodable>(_ body: Body) throws(ClientError) -> [UInt8] {
        do throws(JSONError) { return try JSONText.encode(body) } catch {
            throw .surroundings("the request cannot be written as JSON: \(error)")
        }
    }

    /// True when somebody listens on the socket, of whatever version.
    package var isSupervisorListening: Bool {
        (try? UnixSocket.connect(socket)) != nil  // why not does not matter here
    }

    private var socket: String { place.directories.socket }

    private func connect() throws(ClientError) -> FileDescriptor {
        if let remote { return try remote.connect(patience, &helpers) }
        do throws(SystemError) {
            return try UnixSocket.connect(socket)
        } catch {
            guard error.code == .noSuchFile || error.code == .connectionRefused else { throw refused(error) }
            guard let starter else { throw .notRunning(socket: socket) }
            try starter.start(place, patience)
        }
        do throws(SystemError) { return try UnixSocket.connect(socket) } catch { throw refused(error) }
    }

    private func refused(_ error: SystemError) -> ClientError {
        guard error.code == .permissionDenied else { return .system(error) }
        return .denied(
            "no permission to talk to aiud at \(socket); it answers only to the user who runs it")
    }

    private static func refusal(_ head: HTTPHead, _ body: [UInt8], of request: Request) -> ClientError {
        do throws(JSONError) {
            return .refused(try JSONText.decode(ErrorAnswer.self, from: body).error)
        } catch {
            return .malformed(request: request.purpose, reason: "HTTP status \(head.status) without an explanation")
        }
    }
}
