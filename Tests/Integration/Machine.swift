import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

/// A supervisor of its own in a folder of its own, with the programs and the image that `make test` built.
///
/// `scripts/test` sets `AIU_TEST_PROGRAMS`, the folder with `aiu` and `aiud`, `AIU_TEST_IMAGE`, the folder of the built
/// image, and `AIU_TEST_FOLDER`, a short path to work in. Without them the suites are skipped by name.
struct Machine: ~Copyable {
    /// What a command left behind.
    struct Result: Sendable {
        let outcome: Child.Outcome
        let output: String
        let errors: String

        var status: Int32? {
            if case .exited(let status) = outcome { status } else { nil }
        }
    }

    /// O_TMPFILE, a macro that Swift cannot see.
    private let unnamedFile: Int32 = 0o20_200_000

    let state: String
    private let programs: String

    /// Where everything of a run lies, for `scripts/test` to remove.
    static let folder = variable("AIU_TEST_FOLDER") ?? "/tmp"

    static let isAvailable = variable("AIU_TEST_PROGRAMS") != nil && variable("AIU_TEST_IMAGE") != nil

    init(withImage: Bool = true, in parent: String = folder) throws {
        let programs = try #require(Self.variable("AIU_TEST_PROGRAMS"))
        let image = try #require(Self.variable("AIU_TEST_IMAGE"))
        let state = "\(parent)/\(VMID.random())"
        try Files.makeFolder(state)
        if withImage { try Self.install(image, into: state) }
        try Self.shareStamps(with: state)
        self.state = state
        self.programs = programs
    }

    deinit {
        do {
            let listed = try aiu("ls", "--quiet")
            for name in listed.output.split(separator: "\n") {
                _ = try aiu("delete", "--force", "--purge", String(name))
            }
            _ = try aiu("system", "stop")
            try Self.keepStamps(of: state)
            try Self.keepLog(of: state)
            try Files.removeTree(state)
        } catch {
            Issue.record("the test's supervisor was not cleaned up: \(error)")
        }
    }

    /// Starts a supervisor with this configuration, or the one before, instead of leaving that to `aiu`.
    /// `namespace`: the network namespace that it runs in, instead of the tests' own.
    func serve(_ configuration: String?, variables: [String] = [], in namespace: String? = nil) throws {
        let file = "\(state)/aiud.json"
        if let configuration { try Files.replace(file, with: Array(configuration.utf8)) }
        let former = try? Files.metadata("\(state)/run/aiud.sock")  // of one that was killed, if any
        let log = try FileDescriptor.open("\(state)/aiud.log", O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
        let words = ["\(programs)/aiud", "--state", state, "--config", file]
        var request = SpawnRequest(words[0], Array(words.dropFirst()))
        if let namespace { request = SpawnRequest("/usr/sbin/ip", ["netns", "exec", namespace] + words) }
        request.environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"] + variables
        request.descriptors = [-1, log.raw, log.raw]
        request.newSession = true
        // Whoever ends it, `aiu system stop` or a signal, does not wait for it; it is reaped with the tests.
        _ = try Child.spawn(request)
        let isThere = try eventually {
            // Until it is there, it cannot be looked at.
            (try? Files.metadata("\(state)/run/aiud.sock")).map {
                $0.st_ctim.tv_sec != former?.st_ctim.tv_sec || $0.st_ctim.tv_nsec != former?.st_ctim.tv_nsec
            } ?? false
        }
        #expect(isThere, "aiud does not serve")
    }

    /// Runs `aiu` with this state directory and waits for its end.
    func aiu(_ arguments: String..., input: String? = nil) throws -> Result { try aiu(arguments, input: input) }

    func aiu(_ arguments: [String], input: String? = nil, variables: [String] = []) throws -> Result {
        let inputFile = try temporary(input ?? "")
        let output = try temporary("")
        let errors = try temporary("")
        var request = request(arguments)
        request.environment += variables
        request.descriptors = [inputFile.raw, output.raw, errors.raw]
        let child = try Child.spawn(request)
        let outcome = try child.wait()
        return Result(outcome: outcome, output: try text(of: output), errors: try text(of: errors))
    }

    /// Starts a supervisor with a configuration of the test's, instead of the one that `aiu` would start.
    func startSupervisor(configuration: String) throws -> Child {
        let file = "\(state)/aiud.json"
        try Files.replace(file, with: Array(configuration.utf8))
        var request = SpawnRequest(
            "\(programs)/aiud", ["--state", state, "--config", file], environment: request([]).environment)
        let log = try FileDescriptor.open("\(state)/aiud.log", O_WRONLY | O_CREAT | O_APPEND)
        request.descriptors = [-1, log.raw, log.raw]
        request.newSession = true
        let child = try Child.spawn(request)
        try #require(try eventually { Files.exists("\(state)/run/aiud.sock") })
        return child
    }

    /// Starts `aiu` and leaves it running.
    func start(_ arguments: String..., descriptors: [Int32] = [-1, -1, -1]) throws -> Child {
        try start(arguments, descriptors: descriptors)
    }

    func start(_ arguments: [String], descriptors: [Int32] = [-1, -1, -1]) throws -> Child {
        var request = request(arguments)
        request.descriptors = descriptors
        request.newSession = true
        return try Child.spawn(request)
    }

    /// Runs a command that must succeed; its output without the last line end.
    @discardableResult
    func succeed(
        _ arguments: String..., input: String? = nil, at location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let result = try aiu(arguments, input: input)
        #expect(
            result.outcome == .exited(0), "aiu \(arguments.joined(separator: " ")): \(result.errors)",
            sourceLocation: location)
        var output = result.output
        if output.last == "\n" { output.removeLast() }
        return output
    }

    func json(_ arguments: String...) throws -> JSONNode {
        let result = try aiu(arguments + ["--json"])
        #expect(result.outcome == .exited(0), "\(result.errors)")
        return try JSONNode(parsing: Array(result.output.utf8))
    }

    func names() throws -> [String] { try succeed("ls", "--quiet").split(separator: "\n").map(String.init) }

    func views() throws -> [VMView] {
        let result = try aiu("ls", "--json")
        try #require(result.status == 0, "\(result.errors)")
        return try JSONText.decode([VMView].self, from: Array(result.output.utf8))
    }

    func phase(of name: String) throws -> VMPhase? { try views().first { $0.record.name.text == name }?.record.phase }

    /// Runs a statement on the database of a supervisor that does not run.
    func sql(_ statement: String) throws {
        let program = "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute(sys.argv[2]); d.commit()"
        let child = try Child.spawn(
            SpawnRequest("/usr/bin/python3", ["-c", program, "\(state)/aiu.db", statement], environment: []))
        try #require(try child.wait() == .exited(0))
    }

    /// A process of this state directory by a part of its program's name.
    func process(_ name: String, about detail: String = "") throws -> Int32? {
        for number in try Files.names(in: "/proc") {
            guard let pid = Int32(number) else { continue }
            // A process may end while it is looked at.
            guard let bytes = try? Files.read("/proc/\(number)/cmdline", limit: 1 << 20) else { continue }
            let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            let isOurs = words.contains { $0.contains(state) } && words.contains { $0.contains(detail) }
            if words.first?.contains(name) == true, isOurs { return pid }
        }
        return nil
    }

    /// The process number of the supervisor.
    func supervisor() throws -> Int32 {
        let text = String(decoding: try Files.read("\(state)/aiud.lock"), as: UTF8.self)
        return try #require(Int32(text))
    }

    /// Kills the supervisor, and waits until its sockets are gone with it.
    func killSupervisor() throws {
        let process = try ProcessHandle.open(try supervisor())
        try ProcessHandle.signal(process, SIGKILL)
        var item = pollfd(fd: process.raw, events: Int16(POLLIN), revents: 0)
        try #require(unsafe poll(&item, 1, 10_000) == 1)
    }

    /// Processes whose arguments name this state directory: what a clean end must not leave.
    func processes() throws -> [String] {
        try Files.names(in: "/proc").compactMap { name in
            guard Int32(name) != nil else { return nil }
            // A process may end while it is looked at.
            guard let bytes = try? Files.read("/proc/\(name)/cmdline", limit: 1 << 20) else { return nil }
            let line = String(decoding: bytes.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
            return line.contains(state) && Int32(name) != getpid() ? line : nil
        }
    }

    /// Looks again until it is so, for at most a minute: what happens in another process has no signal to wait for.
    func eventually(_ condition: () throws -> Bool) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(60)
        while .now < deadline {
            if try condition() { return true }
            usleep(100_000)
        }
        return false
    }

    func request(_ arguments: [String]) -> SpawnRequest {
        SpawnRequest(
            "\(programs)/aiu", arguments,
            environment: [
                "AIU_STATE=\(state)", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "NO_COLOR=1", "TERM=xterm",
            ])
    }

    private func temporary(_ content: String) throws -> FileDescriptor {
        let file = try FileDescriptor.open("/tmp", O_RDWR | unnamedFile)
        try file.writeAll(Array(content.utf8))
        lseek(file.raw, 0, SEEK_SET)
        return file
    }

    private func text(of file: borrowing FileDescriptor) throws -> String {
        lseek(file.raw, 0, SEEK_SET)
        return String(decoding: try file.readToEnd(limit: 64 << 20), as: UTF8.self)
    }

    static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    private static func install(_ image: String, into state: String) throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        var request = SpawnRequest(
            "\(root)/scripts/install-image", [image, state], environment: ["PATH=/usr/bin:/bin", "HOME=/root"])
        request.descriptors = [-1, -1, 2]
        let child = try Child.spawn(request)
        try #require(try child.wait() == .exited(0))
    }

    // The stamp takes libguestfs a quarter of a minute, emulated; one test makes it and the others share it.
    private static let stampCache = "\(folder)/stamps"

    private static func shareStamps(with state: String) throws {
        guard Files.exists(stampCache) else { return }
        try copyTree(stampCache, "\(state)/stamps")
    }

    /// Makes the stamp where there is room for libguestfs's appliance.
    static func prepareStamps() throws {
        guard !Files.exists(stampCache) else { return }
        let machine = try Machine()
        try machine.succeed("create", "first")
    }

    private static func keepStamps(of state: String) throws {
        guard !Files.exists(stampCache), try !Files.names(in: "\(state)/stamps").isEmpty else { return }
        // Suites run side by side: the others must see all of it or nothing.
        let copy = "\(stampCache).\(VMID.random())"
        try copyTree("\(state)/stamps", copy)
        do {
            try Files.rename(copy, to: stampCache)
        } catch {
            try Files.removeTree(copy)  // another suite was first
        }
    }

    /// `scripts/test` leaves the logs of a failed run.
    private static func keepLog(of state: String) throws {
        let logs = "\(folder)/logs"
        try Files.makeFolder(logs)
        guard Files.exists("\(state)/aiud.log"), let name = state.split(separator: "/").last else { return }
        // Some tests work on a disk of their own.
        try Files.replace("\(logs)/\(name).log", with: try Files.read("\(state)/aiud.log"))
    }

    private static func copyTree(_ source: String, _ target: String) throws {
        let child = try Child.spawn(SpawnRequest("/bin/cp", ["-a", "--sparse=always", source, target]))
        _ = try child.wait()
    }
}
