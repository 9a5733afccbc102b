import AIUClient
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("The client")
struct ClientTests {
    /// A supervisor on a socket that answers one request with given bytes, after it was sent.
    private func ask<Answer>(
        _ request: Request, answer: String, _ use: (Client, Exchange) throws -> Answer
    ) throws -> (answer: Answer, request: String) {
        try withScratchFolder { folder in
            let place = try StatePlace(option: folder, environment: [:], userID: 1, workingDirectory: "/")
            try Files.makeFolder("\(folder)/run")
            let listener = try UnixSocket.listen(place.directories.socket)
            let client = Client(place: place, patience: Patience(limit: .seconds(5)))
            // The request waits in the socket until the test, on the same thread, plays the supervisor.
            let exchange = try client.begin(request)
            var received = ""
            do {
                guard let socket = try UnixSocket.accept(listener) else { throw ClientError.surroundings("no client") }
                received = String(decoding: try socket.read(upTo: 65_536) ?? [], as: UTF8.self)
                try socket.writeAll(Array(answer.utf8))
            }
            return (try use(client, exchange), received)
        }
    }

    private static let inspect = Calls.list
    private static let head = "HTTP/1.1 200 OK\r\nAIU-API-Version: 1\r\n"

    @Test("gives the body of an answer")
    func body() throws {
        let result = try ask(Self.inspect, answer: "\(Self.head)Content-Length: 2\r\n\r\n[]") { client, exchange in
            try client.check(exchange, of: Self.inspect)
            return try exchange.body(limit: 10)
        }
        #expect(result.answer == Array("[]".utf8))
        #expect(result.request.hasPrefix("GET /v1/vms HTTP/1.1\r\n"))
    }

    @Test("refuses a body over the limit")
    func longBody() throws {
        #expect(throws: ClientError.self) {
            try ask(Self.inspect, answer: "\(Self.head)\r\n0123456789") { _, exchange in
                _ = try exchange.head()
                return try exchange.body(limit: 9)
            }
        }
    }

    private static let refusal =
        #"{"error":{"reason":"notFound","message":"no VM is called 'x'; `aiu ls` shows them"}}"#

    private static let failures: [(String, ClientError)] = [
        (
            "HTTP/1.1 404 Not Found\r\nAIU-API-Version: 1\r\nContent-Length: \(refusal.utf8.count)\r\n\r\n\(refusal)",
            .refused(Failure(.notFound, "no VM is called 'x'; `aiu ls` shows them"))
        ),
        ("HTTP/1.1 200 OK\r\nAIU-API-Version: 2\r\n\r\n[]", .otherVersion(theirs: "2")),
        ("HTTP/1.1 200 OK\r\n\r\n[]", .otherVersion(theirs: nil)),
        (
            "HTTP/1.1 500 Oops\r\nAIU-API-Version: 1\r\n\r\n<html>",
            .malformed(request: "listing the VMs", reason: "HTTP status 500 without an explanation")
        ),
        ("SSH-2.0\r\n\r\n", .malformed(request: "listing the VMs", reason: "the status line is not HTTP/1.1")),
        ("", .connectionLost(request: "listing the VMs", reason: "aiud closed it")),
    ]

    @Test("says what is wrong with an answer", arguments: failures)
    func saysWhatIsWrong(_ row: (String, ClientError)) {
        #expect(throws: row.1) {
            try ask(Self.inspect, answer: row.0) { client, exchange in try client.check(exchange, of: Self.inspect) }
        }
    }

    @Test("talks to another version where that is needed to end it")
    func otherVersion() throws {
        _ = try ask(Calls.shutDown, answer: "HTTP/1.1 202 OK\r\nAIU-API-Version: 9\r\nContent-Length: 0\r\n\r\n") {
            client, exchange in
            try client.check(exchange, of: Calls.shutDown)
        }
    }

    @Test("says that nobody listens when it may not start anybody")
    func notRunning() throws {
        try withScratchFolder { folder in
            let place = try StatePlace(option: folder, environment: [:], userID: 1, workingDirectory: "/")
            let client = Client(place: place)
            #expect(throws: ClientError.notRunning(socket: "\(folder)/run/aiud.sock")) {
                try client.bytes(Calls.list)
            }
        }
    }

    @Test("gives up after its time")
    func timeout() throws {
        try withScratchFolder { folder in
            let place = try StatePlace(option: folder, environment: [:], userID: 1, workingDirectory: "/")
            try Files.makeFolder("\(folder)/run")
            let listener = try UnixSocket.listen(place.directories.socket)
            let client = Client(place: place, patience: Patience(limit: .milliseconds(20)))
            #expect(throws: ClientError.timedOut(request: "listing the VMs", limit: .milliseconds(20))) {
                try client.bytes(Calls.list)
            }
            _ = consume listener
        }
    }
}
