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
    package static let longestFile = 64 << 20
    private static let limits = JSONLimits(maxBytes: longestAnswer, maxMembers: 8_000_000)

    package let place: StatePlace
    package var patience: Patience
    /// Starts the supervisor when nobody answers; nil leaves that.
    package var starter: SupervisorStarter?

    package init(place: StatePlace, patience: Patience = Patience(), starter: SupervisorStarter? = nil) {
        self.place = place
        self.patience = patience
        self.starter = starter
    }

    /// Sends a request; an answer that is not a success is thrown.
    package func open(_ request: Request) throws(ClientError) -> Exchange {
        let exchange = try Exchange(request, on: try connect(), patience: patience)
        let head = exchange.head
        let version = head[APIVersion.header.lowercased()]
        if !request.anyVersion, version != String(APIVersion.current) { throw .otherVersion(theirs: version) }
        if request.upgrade != nil, head.status == 101 { return exchange }
        guard (200..<300).contains(head.status), request.upgrade == nil else {
            throw Self.refusal(head, try exchange.body(limit: 1 << 20), of: request)
        }
        return exchange
    }

    /// The whole body of the answer.
    package func bytes(_ request: Request, limit: Int = longestAnswer) throws(ClientError) -> [UInt8] {
        try open(request).body(limit: limit)
    }

    /// The answer as it was said.
    package func json(_ request: Request) throws(ClientError) -> JSON {
        let body = try bytes(request)
        do throws(JSONError) {
            return try JSON(parsing: body, limits: Self.limits)
        } catch {
            throw .malformed(request: request.purpose, reason: error.description)
        }
    }

    package func value<Answer: Decodable>(
        _ type: Answer.Type = Answer.self, _ request: Request
    ) throws(ClientError) -> Answer {
        let body = try bytes(request)
        do throws(JSONError) {
            return try JSONText.decode(type, from: body, limits: Self.limits)
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
        return .surroundings(
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
