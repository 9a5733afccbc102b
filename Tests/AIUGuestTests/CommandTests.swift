import AIUGuest
import AIUSystem
import AIUWire
import Glibc
import Testing

@Suite("Commands run as asked")
struct CommandTests {
    @Test(
        "outputs, status and signals arrive as they are",
        arguments: [
            ("true", ExitReport(status: 0)), ("exit 7", ExitReport(status: 7)),
            ("kill -9 $$", ExitReport(signal: 9)), ("kill -TERM $$", ExitReport(signal: 15)),
        ])
    func endings(script: String, report: ExitReport) throws {
        #expect(try Rig().shell(script).report == report)
    }

    @Test("standard output and error stay apart")
    func outputs() throws {
        let ended = try Rig().shell("echo out; echo err >&2; echo more")
        #expect(ended.text == "out\nmore\n")
        #expect(String(decoding: ended.error, as: UTF8.self) == "err\n")
        #expect(ended.report == ExitReport(status: 0))
    }

    @Test("the environment is the guest's own, with what was asked for on top")
    func environment() throws {
        let ended = try Rig { $0.environment = ["TZ=Europe/Berlin"] }.shell("env; pwd") {
            $0.environment = ["COLOR=blue", "LANG=de_DE.UTF-8", "EMPTY="]
            $0.directory = "/usr"
        }
        let lines = Set(ended.text.split(separator: "\n").map(String.init))
        #expect(lines.isSuperset(of: ["COLOR=blue", "LANG=de_DE.UTF-8", "EMPTY=", "TZ=Europe/Berlin", "/usr"]))
        #expect(lines.contains { $0.hasPrefix("PATH=/usr/local/sbin") } && lines.contains { $0.hasPrefix("HOME=/") })
        #expect(!lines.contains { $0.hasPrefix("TERM=") })
    }

    @Test("input is streamed, ended, and empty when there is none")
    func input() throws {
        let rig = try Rig()
        var request = ExecuteRequest(command: ["cat"], input: true)
        #expect(try rig.run(request, input: Array("hello".utf8)).text == "hello")
        request.input = false
        #expect(try rig.run(request).text == "")
        // Far more than any pipe or socket holds at once.
        let big = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        request.input = true
        let client = try rig.connect()
        try client.request(.execute(request))
        var echoed: [UInt8] = []
        var sent = 0
        while sent < big.count {
            let next = min(sent + 50_000, big.count)
            try client.send(.standardInput, Array(big[sent..<next]))
            sent = next
            while echoed.count < sent - 40_000, let frame = try client.next() {
                if frame.kind == .standardOutput { echoed += frame.payload }
            }
        }
        try client.send(.standardInputEnd)
        let ended = try client.ended()
        #expect(echoed + ended.output == big)
        #expect(ended.report == ExitReport(status: 0))
    }

    @Test("a command that does not read its input holds the host up, not the agent's memory")
    func inputPressure() throws {
        let rig = try Rig()
        let client = try rig.connect()
        try client.request(.execute(ExecuteRequest(command: ["sleep", "60"], input: true)))
        var sent = 0
        let frame = Frame(.standardInput, [UInt8](repeating: 1, count: 60_000)).encoded
        var offset = 0
        var idle = 0
        while idle < 50 {
            if let count = try client.socket.write(frame, from: offset) {
                offset = (offset + count) % frame.count
                sent += count
                idle = 0
            } else {
                idle += 1
            }
            try rig.turn()
            try #require(sent < 4_000_000, "the agent takes input without end")
        }
        #expect(sent > 60_000)
    }

    @Test("a host that does not read holds the command up, and nothing is lost")
    func outputPressure() throws {
        let rig = try Rig()
        let client = try rig.connect()
        try client.request(.execute(ExecuteRequest(command: ["sh", "-c", "head -c 5000000 /dev/zero; echo end"])))
        for _ in 0..<100 { try rig.turn() }
        let ended = try client.ended()
        #expect(ended.output.count == 5_000_004)
        #expect(ended.text.hasSuffix("end\n"))
        #expect(ended.report == ExitReport(status: 0))
    }

    @Test("too much output is cut, and the report says so")
    func outputLimit() throws {
        let rig = try Rig()
        let cut = try rig.shell("head -c 300000 /dev/zero; echo done >&2") { $0.outputLimit = 1000 }
        #expect(cut.output.count + cut.error.count == 1000)
        #expect(cut.report == ExitReport(status: 0, truncated: true))
        let exact = try rig.shell("printf 12345") { $0.outputLimit = 5 }
        #expect(exact.text == "12345" && exact.report?.truncated == false)
        let none = try rig.shell("printf 1") { $0.outputLimit = 0 }
        #expect(none.output.isEmpty && none.report?.truncated == true)
    }

    @Test("time runs out: first a request to end, then the end")
    func timeLimit() throws {
        let rig = try Rig()
        let polite = try rig.shell("trap 'echo bye; exit 3' TERM; sleep 60 & wait") { $0.timeoutMilliseconds = 100 }
        #expect(polite.text == "bye\n" && polite.report == ExitReport(status: 3, timedOut: true))
        let stubborn = try rig.shell("trap '' TERM; while true; do sleep 0.05; done") { $0.timeoutMilliseconds = 100 }
        #expect(stubborn.report == ExitReport(signal: 9, timedOut: true))
    }

    @Test("signals reach the whole group")
    func signals() throws {
        let rig = try Rig()
        let client = try rig.connect()
        try client.request(
            .execute(
                ExecuteRequest(command: [
                    "sh", "-c", "trap 'echo got; exit 4' USR1; echo up; while :; do sleep 0.02; done",
                ])))
        while let frame = try client.next(), frame.kind != .standardOutput {}
        try client.send(.signal, [UInt8(SIGUSR1)])
        let ended = try client.ended()
        #expect(ended.text.contains("got") && ended.report == ExitReport(status: 4))
    }

    @Test("closing the connection ends everything that the command started")
    func cancel() throws {
        let rig = try Rig()
        let mark = "/tmp/aiu-cancel-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { unsafe unlink(mark) }
        do {
            let client = try rig.connect()
            try client.request(
                .execute(ExecuteRequest(command: ["sh", "-c", "(sleep 0.4; touch \(mark)) & echo up; wait"])))
            while let frame = try client.next(), frame.kind != .standardOutput {}
        }
        try rig.wait { rig.server.count == 0 }
        let deadline = ContinuousClock.now + .milliseconds(800)
        while ContinuousClock.now < deadline { try rig.turn() }
        #expect(!Files.exists(mark))
    }

    @Test("a background process that keeps the outputs open delays the report only a moment")
    func background() throws {
        let rig = try Rig()
        let begin = ContinuousClock.now
        let ended = try rig.shell("echo first; (sleep 0.05; echo second; exec sleep 60) & exit 5")
        #expect(ended.text == "first\nsecond\n")
        #expect(ended.report == ExitReport(status: 5))
        #expect(ContinuousClock.now - begin < .seconds(15))
    }

    @Test("a command has no descriptors but its own three")
    func descriptors() throws {
        #expect(try Rig().shell("ls /proc/self/fd | wc -l").text.split(separator: "\n").first.map(String.init) == "4")
    }
}
