import AIUGuest
import AIUSystem
import AIUWire
import Glibc
import Testing

/// A command that cannot be run, and what the host is told.
struct Refusal: CustomTestStringConvertible, Sendable {
    let request: ExecuteRequest
    let reason: OperationFailure.Reason
    let words: String

    init(
        _ command: [String], _ reason: OperationFailure.Reason, _ words: String,
        _ adjust: (inout ExecuteRequest) -> Void = { _ in }
    ) {
        var request = ExecuteRequest(command: command)
        adjust(&request)
        self.request = request
        self.reason = reason
        self.words = words
    }

    var testDescription: String { "\(request.command.prefix(3)): \(words)" }
}

private let refusals: [Refusal] = [
    .init([], .invalid, "empty"),
    .init([""], .invalid, "empty"),
    .init(["no-such-program"], .notFound, "no program 'no-such-program' in /usr"),
    .init(["/no/such/program"], .notFound, "/no/such/program"),
    .init(["./here"], .notFound, "/usr/./here") { $0.directory = "/usr" },
    .init(["/etc"], .notExecutable, "not a program"),
    .init(["/etc/passwd"], .notExecutable, "chmod +x"),
    .init(["true"], .notFound, "no folder /no/such") { $0.directory = "/no/such" },
    .init(["true"], .notFound, "no folder /tmp/nowhere") { $0.directory = "nowhere" },
    .init(["true"], .notFound, "no folder") { $0.directory = "/etc/passwd" },
    .init(["true"], .notFound, "no user 'nobody-here'") { $0.user = "nobody-here" },
    .init(["true"], .notFound, "no user '4294967295'") { $0.user = "4294967295" },
    .init(["true"], .invalid, "NAME=value") { $0.environment = ["NOVALUE"] },
    .init(["true"], .invalid, "NAME=value") { $0.environment = ["=x"] },
    .init(["tr\0ue"], .invalid, "zero byte"),
    .init(["true", "a\0b"], .invalid, "zero byte"),
    .init(["true"], .invalid, "zero byte") { $0.environment = ["A=\0"] },
    .init(["true"], .invalid, "time limit") { $0.timeoutMilliseconds = 0 },
    .init(["true"], .invalid, "time limit") { $0.timeoutMilliseconds = -5 },
    .init(["true"], .invalid, "output limit") { $0.outputLimit = -1 },
    .init(["true"] + [String](repeating: "x", count: 1024), .invalid, "more than 1024"),
    .init(["x"], .notFound, "no program 'x' in /nowhere") { $0.environment = ["PATH=/nowhere"] },
]

@Suite("What cannot be done is refused with the reason")
struct RefusalTests {
    @Test("a command", arguments: refusals)
    func command(refusal: Refusal) throws {
        let ended = try Rig().run(refusal.request)
        #expect(ended.failure?.reason == refusal.reason)
        #expect(ended.failure?.message.contains(refusal.words) == true, "\(ended.failure?.message ?? "-")")
        #expect(ended.report == nil)
        #expect(ended.frames == 1)
    }

    @Test("a script whose interpreter does not exist, a file that is no program")
    func scripts() throws {
        for (text, words) in [("#!/no/such/shell\n", "interpreter"), ("\u{1}\u{2}", "cannot run")] {
            let path = "/tmp/aiu-script-\(getpid())-\(UInt32.random(in: 0 ... .max))"
            try Files.replace(path, with: Array(text.utf8), mode: 0o755)
            defer { unsafe unlink(path) }
            let ended = try Rig().run(ExecuteRequest(command: [path]))
            #expect(ended.failure?.message.contains(words) == true)
        }
    }

    @Test(
        "frames that do not belong there end the operation with a sentence",
        arguments: [
            [Frame(.standardOutput, [1])], [Frame(.hello, [])], [Frame(.standardInput, [])], [Frame(.signal, [0])],
            [Frame(.signal, [65])], [Frame(.signal, [])], [Frame(.resize, [1, 2, 3])], [Frame(.request, [])],
        ])
    func frames(frames: [Frame]) throws {
        let rig = try Rig()
        let client = try rig.connect()
        try client.request(.execute(ExecuteRequest(command: ["sleep", "60"])))
        for frame in frames { try client.send(frame) }
        let ended = try client.ended()
        #expect(ended.failure?.reason == .invalid && ended.report == nil)
    }

    @Test(
        "bytes that are no request",
        arguments: [
            Frame(.request, []).encoded, Frame(.request, Array("{}".utf8)).encoded,
            Frame(.request, Array(#"{"execute":{"_0":{"command":"x"}}}"#.utf8)).encoded,
            Frame(.request, Array(#"{"dance":{}}"#.utf8)).encoded, Frame(.standardInput, [1]).encoded,
            [255, 255, 255, 255, 32], [0, 0, 0, 0, 200], [1, 0, 1, 0, 32],
        ])
    func requests(bytes: [UInt8]) throws {
        let rig = try Rig()
        let client = try rig.connect()
        try client.write(bytes)
        let ended = try client.ended()
        #expect(ended.failure?.reason == .invalid)
        #expect(ended.frames == 1)
        try rig.wait { rig.server.count == 0 || client.closed }
    }

    @Test("a connection that says nothing is closed")
    func silence() throws {
        let rig = try Rig { $0.requestLimit = .milliseconds(50) }
        let client = try rig.connect()
        #expect(try client.ended().failure?.message.contains("no request") == true)
    }

    @Test("more operations than the guest carries")
    func tooMany() throws {
        let rig = try Rig { $0.mostOperations = 2 }
        let clients = try (0..<3).map { _ in try rig.connect() }
        #expect(try clients[2].ended().failure?.reason == .busy)
        try clients[0].request(.execute(ExecuteRequest(command: ["true"])))
        #expect(try clients[0].ended().report == ExitReport(status: 0))
    }

    @Test("a finished connection whose other end stays open is closed all the same")
    func lingering() throws {
        let rig = try Rig { $0.lingerLimit = .milliseconds(50) }
        let client = try rig.connect()
        try client.request(.execute(ExecuteRequest(command: ["true"])))
        #expect(try client.ended().report != nil)
        try rig.wait { rig.server.count == 0 }
    }
}
