import AIUGuest
import AIUSystem
import AIUWire
import Glibc
import Testing

/// A machine that only remembers what was done to it.
final class FakeMachine: Machine {
    var hostname = ""
    var clock: Int64 = 0
    var entropy: [UInt8] = []
    var signals: [Int32] = []
    var ended: Bool?
    var onSettle: (() -> Void)?

    func setHostname(_ name: String) throws(SystemError) { hostname = name }
    func setClock(_ milliseconds: Int64) throws(SystemError) { clock = milliseconds }
    func addEntropy(_ bytes: [UInt8]) throws(SystemError) { entropy = bytes }
    func signalEverybody(_ number: Int32) { signals.append(number) }
    func settleDisks() -> [String] {
        onSettle?()
        return []
    }

    func end(restart: Bool) throws(SystemError) { ended = restart }
}

/// A control link whose dialling the test answers.
final class LinkRig {
    let rig: Rig
    let machine = FakeMachine()
    var dials = 0
    var reachable = true
    private var waiting: [Int32] = []
    private(set) lazy var link = ControlLink(
        context: rig.context, machine: machine, facts: GuestFacts()
    ) { [unowned self] () throws(SystemError) in
        dials += 1
        guard reachable else { throw SystemError("dial", code: .connectionReset) }
        let pair = try UnixSocket.pair().take()
        waiting.append(pair.1)
        return FileDescriptor(owning: pair.0)
    } hello: {
        Hello(
            agentVersion: "1", kernel: "k", bootID: "b",
            bootTimes: .init(agentStarted: 1, filesMounted: 2, dialled: 3), configurationDigest: "", processors: 1,
            memoryBytes: 1)
    }

    init(_ adjust: (inout GuestSettings) -> Void = { _ in }) throws { rig = try Rig(adjust) }

    deinit { for socket in waiting { close(socket) } }

    func accept() throws -> Client {
        try rig.wait { !waiting.isEmpty }
        return try Client(FileDescriptor(owning: waiting.removeFirst()), rig: rig)
    }

    func greet(heartbeat: Int = 60_000, hostname: String = "one") throws -> Client {
        link.start()
        let client = try accept()
        #expect(try client.next()?.kind == .hello)
        try client.send(try Frame(.welcome, encoding: welcome(heartbeat: heartbeat, hostname: hostname)))
        return client
    }

    func welcome(heartbeat: Int = 60_000, hostname: String = "one") -> Welcome {
        Welcome(vmID: "v", hostname: hostname, clock: 1234, entropy: "00ff10", heartbeatMilliseconds: heartbeat)
    }
}

@Suite("The agent's connection home")
struct ControlLinkTests {
    @Test("hello, welcome, and what the welcome brings")
    func greeting() throws {
        let rig = try LinkRig()
        let client = try rig.greet()
        #expect(try client.next()?.kind == .heartbeat)
        #expect(rig.machine.hostname == "one" && rig.machine.clock == 1234 && rig.machine.entropy == [0, 255, 16])
        try client.send(.clock, [1, 2, 0, 0, 0, 0, 0, 0])
        try rig.rig.wait { rig.machine.clock == 513 }
    }

    @Test("pings come back unchanged, alone or in a crowd")
    func pings() throws {
        let rig = try LinkRig()
        let client = try rig.greet()
        #expect(try client.next()?.kind == .heartbeat)
        for number in UInt8(0)..<10 {
            let nonce = [number, 1, 2, 3, 4, 5, 6, 255]
            try client.send(.ping, nonce)
            #expect(try client.next() == Frame(.pong, nonce))
        }
        let crowd = (UInt8(0)..<50).flatMap { Frame(.ping, [$0, 0, 0, 0, 0, 0, 0, 0]).encoded }
        try client.write(crowd)
        for number in UInt8(0)..<50 { #expect(try client.next()?.payload.first == number) }
    }

    @Test("heartbeats keep their pace and tell plausible things")
    func heartbeats() throws {
        let rig = try LinkRig()
        let client = try rig.greet(heartbeat: 1)
        for _ in 0..<3 {
            let beat = try #require(try client.next()).message(as: Heartbeat.self)
            #expect(beat.memoryTotal >= beat.memoryAvailable && beat.memoryAvailable > 0 && beat.processes > 0)
        }
    }

    @Test("log lines arrive in order, and a flood loses the oldest with a count")
    func logs() throws {
        let rig = try LinkRig()
        rig.rig.journal.info("before")
        let client = try rig.greet()
        var lines: [LogRecord] = []
        func collect(until text: String) throws {
            while lines.last?.text != text, let frame = try client.next() {
                if frame.kind == .log { lines += try frame.message(as: [LogRecord].self) }
            }
        }
        try collect(until: "before")
        for number in 0..<5000 { rig.rig.journal.info("line \(number) \u{1}\"") }
        try collect(until: "line 4999 \u{1}\"")
        #expect(lines.contains { $0.level == .warning && $0.text.hasPrefix("3976 log lines were lost") })
        #expect(lines.count == 1 + 1 + 1024)
    }

    @Test("it dials until somebody answers, with growing pauses, and again after a loss")
    func redial() throws {
        let rig = try LinkRig { $0.welcomeLimit = .milliseconds(50) }
        rig.reachable = false
        rig.link.start()
        let deadline = ContinuousClock.now + .milliseconds(400)
        while ContinuousClock.now < deadline { try rig.rig.turn() }
        #expect((3...8).contains(rig.dials))
        rig.reachable = true
        // A host that accepts and is silent is left for the next try.
        _ = try rig.accept()
        let client = try rig.accept()
        #expect(try client.next()?.kind == .hello)
        try client.send(try Frame(.welcome, encoding: rig.welcome()))
        #expect(try client.next()?.kind == .heartbeat)
    }

    @Test(
        "a host that breaks the protocol is left and dialled again",
        arguments: [
            [Frame(.pong, [1])], [Frame(.welcome, Array("{}".utf8))], [Frame(.request, [])], [Frame(.clock, [1])],
            [Frame(.ping, [1, 2])],
        ])
    func brokenHost(frames: [Frame]) throws {
        let rig = try LinkRig()
        let client = try rig.greet()
        for frame in frames { try client.send(frame) }
        while try client.next() != nil {}
        let again = try rig.accept()
        #expect(try again.next()?.kind == .hello)
    }

    @Test(
        "names that are no host names are not taken",
        arguments: ["", "-a", "a b", "a\n", "ä", String(repeating: "a", count: 65)])
    func hostNames(name: String) throws {
        let rig = try LinkRig()
        let client = try rig.greet(hostname: name)
        #expect(try client.next()?.kind == .heartbeat)
        #expect(rig.machine.hostname == "")
    }

    @Test("an order to end is carried out once, with goodbye as the last word")
    func shutdown() throws {
        let rig = try LinkRig()
        let shutdown = ShutdownSequence(
            context: rig.rig.context, machine: rig.machine, link: rig.link, server: rig.rig.server, reaps: false)
        rig.link.onShutdown = { shutdown.begin($0) }
        let client = try rig.greet()
        let order = ShutdownOrder(action: .reboot, graceMilliseconds: 20)
        for _ in 0..<2 { try client.send(try Frame(.shutdown, encoding: order)) }
        var kinds: [FrameKind] = []
        while let frame = try client.next() { kinds.append(frame.kind) }
        #expect(kinds.last == .goodbye)
        #expect(rig.machine.signals == [SIGTERM, SIGHUP, SIGCONT, SIGKILL])
        try rig.rig.wait { rig.machine.ended != nil }
        #expect(rig.machine.ended == true)
    }

    @Test("a host that is gone at the last word keeps nobody from ending")
    func shutdownAlone() throws {
        let rig = try LinkRig()
        let shutdown = ShutdownSequence(
            context: rig.rig.context, machine: rig.machine, link: rig.link, server: rig.rig.server, reaps: false)
        let client = try rig.greet()
        #expect(try client.next()?.kind == .heartbeat)
        // Both ends are this process's: the agent has not looked at its own when the word is to be said.
        rig.machine.onSettle = { [descriptor = client.socket.raw] in Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }
        shutdown.begin(ShutdownOrder(action: .powerOff, graceMilliseconds: 1))
        try rig.rig.wait { rig.machine.ended != nil }
        #expect(rig.machine.ended == false && rig.dials == 1)
    }
}
