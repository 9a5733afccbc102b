import AIUAPI
import AIUClient
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

/// The program `aiu` in front of a real server whose only VM is played by a test.
struct AssistProgram: Sendable {
    /// What a command left behind.
    struct Result {
        let outcome: Child.Outcome
        let output: String
        let errors: String
        var status: Int32? { if case .exited(let status) = outcome { status } else { nil } }
    }

    /// The VM's name.
    static let vm = "vm-0000"

    let folder: String
    let control: FakeControl
    /// What `aiu` shows instead of who runs it.
    var token: String?

    static func with(
        _ script: @escaping ScriptedAgent.Script, ledger: FakeLedger? = nil, tokens: FakeTokens = FakeTokens(),
        settings: APISettings = APISettings(),
        _ body: (AssistProgram) async throws -> Void
    ) async throws {
        let folder = "/tmp/api-\(getpid())-\(UInt32.random(in: 0 ..< .max))"
        let socket = try socket(in: folder)
        try Files.makeFolder(String(socket[..<(socket.lastIndex(of: "/") ?? socket.endIndex)]))
        try Files.makeFolder("\(folder)/guest")
        let control = FakeControl(vms: 1)
        let agent = ScriptedAgent(folder: "\(folder)/guest", script: script)
        await control.set { try agent.play($0, $1) }
        try await withServer(
            at: socket, in: folder, control: control, tokens: tokens, ledger: ledger, settings: settings
        ) { _ in
            try await body(AssistProgram(folder: folder, control: control))
        }
    }

    private static func socket(in folder: String) throws -> String {
        try StatePlace(option: folder, environment: [:], userID: geteuid(), workingDirectory: "/").directories.socket
    }

    /// Asks the server itself, past `aiu`.
    func ask(_ method: String, _ target: String, body: String? = nil) async throws -> Answer {
        try await Client(try Self.socket(in: folder)).request(method, target, body: body.map { Array($0.utf8) })
    }

    /// Runs `aiu` to its end, without a terminal.
    func aiu(_ words: String..., input: String = "") async throws -> Result { try await aiu(words, input: input) }

    /// What completion offers for the last of the words.
    func complete(_ words: String...) async throws -> [String] {
        let result = try await aiu(["--complete-words", "--state", folder] + words, isBare: true)
        return result.output.split(separator: "\n").map(String.init)
    }

    func aiu(_ words: [String], input: String = "", isBare: Bool = false) async throws -> Result {
        try await blocking {
            let place = "\(folder)/io-\(UInt32.random(in: 0 ..< .max))"
            try Files.replace("\(place).in", with: Array(input.utf8))
            let input = try FileDescriptor.open("\(place).in", O_RDONLY)
            let output = try FileDescriptor.open("\(place).out", O_WRONLY | O_CREAT)
            let errors = try FileDescriptor.open("\(place).err", O_WRONLY | O_CREAT)
            let child = try start(words, [input.raw, output.raw, errors.raw], isBare: isBare)
            let outcome = try child.wait()
            let text = { (end: String) in String(decoding: try Files.read("\(place).\(end)"), as: UTF8.self) }
            return Result(outcome: outcome, output: try text("out"), errors: try text("err"))
        }
    }

    /// A bare one is not told where its supervisor is.
    func start(
        _ words: [String], _ descriptors: [Int32], onTerminal: Bool = false, isBare: Bool = false
    ) throws -> Child {
        var request = SpawnRequest(
            try Self.program(), (isBare ? [] : ["--state", folder]) + words,
            environment: ["PATH=/usr/bin:/bin", "HOME=\(folder)", "NO_COLOR=1", "TERM=xterm"]
                + (token.map { ["AIU_TOKEN=\($0)"] } ?? []))
        request.descriptors = descriptors
        request.newSession = true
        request.controllingTerminal = onTerminal
        return try Child.spawn(request)
    }

    /// Built beside the tests, which name it as what they need.
    private static func program() throws -> String {
        let tests = try #require(ProcessEnvironment.executable)
        return "\(tests[..<(tests.lastIndex(of: "/") ?? tests.endIndex)])/aiu"
    }
}

/// Runs what blocks away from the cooperative pool, and waits for it.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
        runThread { continuation.resume(with: Swift.Result { try body() }) }
    }
}
