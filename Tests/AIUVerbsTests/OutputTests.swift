import AIUClient
import AIUCommandLine
import AIUModel
import AIUSystem
import AIUVerbs
import AIUWire
import Testing

@Suite("What people see")
struct OutputTests {
    private static let now = Timestamp(milliseconds: 1_700_000_000_000)

    private func view(_ name: String, _ phase: VMPhase, uptime: Int64? = nil, silent: Bool? = false) throws -> VMView {
        let record = VMRecord(
            id: try #require(VMID("0123456789ab")), name: try #require(VMName(name)), ephemeral: name == "brief",
            flavour: "micro", image: "abcd",
            resources: VMResources(
                processors: 2, memory: .mebibytes(256), storage: .gibibytes(10)),
            configuration: "{}", configurationDigest: "ff", phase: phase,
            failure: phase == .failed ? "its agent did not answer\u{1B}[31m" : nil, contextID: 3,
            created: Self.now.milliseconds - 7_200_000)
        let hello = Hello(
            agentVersion: "0", kernel: "6.1", bootID: "b",
            bootTimes: .init(agentStarted: 1, filesMounted: 2, dialled: 3), configurationDigest: "ff", processors: 2,
            memoryBytes: 1)
        return VMView(
            record: record, uptimeMilliseconds: uptime,
            agent: silent.map {
                .init(hello: hello, heartbeat: nil, lastSeen: Self.now.milliseconds - 34_000, silent: $0)
            })
    }

    @Test("of VMs is a table")
    func table() throws {
        let views = [
            try view("brief", .running, uptime: 65_000), try view("notes", .stopped),
        ]
        let text = VMTable.render(views, now: Self.now, width: nil, style: .plain)
        #expect(
            text == """
                NAME   STATE                CPUS  MEMORY  DISK  UP         CREATED
                brief  running (ephemeral)     2   256MB  10GB  1 min 5 s  2 hours ago
                notes  stopped                 2   256MB  10GB             2 hours ago

                """)
    }

    @Test("of an agent that is lost is said with its VM's state")
    func lostAgent() throws {
        let views = [try view("a", .running, silent: true), try view("b", .running, silent: nil)]
        let text = VMTable.render(views, now: Self.now, width: nil, style: .plain)
        #expect(text.contains("running (agent silent)") && text.contains("running (agent not connected)"))
        let details = VMTable.details(views[0], now: Self.now, style: .plain)
        #expect(details.contains("34 s ago; it says nothing any more"), "\(details)")
    }

    @Test("of no VMs says how to make one")
    func noVMs() {
        #expect(VMTable.render([], now: Self.now, width: nil, style: .plain).contains("aiu launch"))
    }

    @Test("of one VM is harmless whatever its guest said")
    func details() throws {
        let text = VMTable.details(try view("notes", .failed), now: Self.now, style: .plain)
        #expect(
            text.hasPrefix("Name:           notes\nState:          failed\nProblem:        its agent did not answer"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test("of an examination is marks, remedies and a verdict")
    func health() {
        let checks = [
            HealthCheck("kvm", .good, "guests boot under it"),
            HealthCheck("image", .bad, "none is installed", remedy: "`make image`"),
            HealthCheck("disk", .warning, "2 GB free"),
        ]
        #expect(
            HealthReport.render(checks, style: .plain) == """
                ✓ kvm    guests boot under it
                ✗ image  none is installed
                  → `make image`
                ! disk   2 GB free
                1 thing stands in the way.

                """)
        #expect(HealthReport.render([checks[0]], style: .plain).hasSuffix("Everything is as it should be.\n"))
        #expect(HealthReport.render([checks[2]], style: .plain).hasSuffix("Usable; 1 thing could be better.\n"))
    }

    @Test("of an event is one line")
    func event() {
        let event = VMEvent(
            sequence: 7, time: 0, kind: .failed, vm: VMName("demo"), id: nil, detail: "line one\nline two")
        #expect(EventLine.render(event) == "1970-01-01T00:00:00.000Z  failed  demo  line one\\nline two\n")
    }

    private static let texts: [(String, String)] = [
        ("plain\tand\nlines\n", "plain\tand\nlines\n"), ("a\r\nb", "a\nb"), ("\u{1B}[2J\u{7}", "�[2J�"),
        ("\u{9B}31m", "�31m"), ("ä€😀", "ä€😀"), ("\u{202E}evil", "�evil"),
    ]

    @Test("of a log cannot drive the terminal, however it is cut", arguments: texts, [1, 2, 3, 64])
    func harmless(_ row: (String, String), size: Int) {
        var filter = HarmlessText()
        var result: [UInt8] = []
        let bytes = Array(row.0.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            result += filter.feed(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(String(decoding: result, as: UTF8.self) == row.1)
    }

    private static let statuses: [(any Error, Int32)] = [
        (ClientError.refused(Failure(.notFound, "x")), 66), (ClientError.refused(Failure(.busy, "x")), 75),
        (ClientError.refused(Failure(.conflict, "x")), 1), (ClientError.refused(Failure(.noSpace, "x")), 73),
        (ClientError.refused(Failure(.timedOut, "x")), 124), (ClientError.refused(Failure(.unavailable, "x")), 69),
        (ClientError.notRunning(socket: "x"), 69), (ClientError.otherVersion(theirs: "2"), 69),
        (ClientError.denied("x"), 77), (ClientError.interrupted(signal: 2), 130),
        (ClientError.interrupted(signal: 15), 143), (ClientError.outputClosed, 141),
        (ClientError.refusedInVM(OperationFailure(.denied, "x")), 77),
        (SystemError("open", "x", code: .permissionDenied), 77),
        (UsageError(path: ["aiu"], message: "x"), 64),
    ]

    @Test("of a problem ends with its number", arguments: statuses)
    func status(_ row: (any Error, Int32)) { #expect(Problem(row.0).status == row.1) }

    @Test("of another version says what to do")
    func otherVersion() {
        let text = Problem(ClientError.otherVersion(theirs: "2")).message
        #expect(text.contains("version 1") && text.contains("version 2") && text.contains("`aiu system stop`"))
    }
}
