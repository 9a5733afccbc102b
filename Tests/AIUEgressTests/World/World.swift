import AIUEgress
import AIUJSON
import AIUModel
import AIUSystem
import CLinux
import Glibc
import Synchronization

/// A proxy in a thread of its own, with the test as its supervisor and as its guest.
final class World {
    let port: UInt16
    let dnsPort: UInt16
    let names: TestNameServer
    private let supervisor: FileDescriptor
    private let thread: Thread?
    /// The program, where it is the program.
    let process: pid_t?
    private var decoder = EgressDecoder()
    private var sequence: Int64 = 0
    private(set) var decisions: [EgressDecision] = []
    private(set) var refusals: [String] = []
    private var counters: EgressCounters?
    private var lastCut = 0

    /// With `program`, that runs, confined; otherwise a thread of the test.
    init(
        names table: [String: [[UInt8]]] = [:], roots: String? = nil, headTime: Duration? = nil,
        program: [String]? = nil,
        output: String = "/dev/null"
    ) throws {
        // Clients write to connections that the proxy has closed.
        signal(SIGPIPE, SIG_IGN)
        names = try TestNameServer(table)
        let (ours, theirs) = try UnixSocket.pair().take()
        supervisor = FileDescriptor(owning: ours)
        try Loopback.block(supervisor)
        let (proxyRaw, port) = try Loopback.listen()
        let (dnsRaw, dnsPort) = try Loopback.listen()
        self.port = port
        self.dnsPort = dnsPort
        if let program {
            process = try Program.start(program, output: output, passing: [theirs, proxyRaw, dnsRaw])
            thread = nil
            for raw in [theirs, proxyRaw, dnsRaw] { Glibc.close(raw) }
            return
        }
        process = nil
        thread = Thread {
            do {
                var configuration = EgressProxy.Configuration()
                configuration.roots = roots
                configuration.answersKept = 0...1
                if let headTime { configuration.headTime = headTime }
                let proxy = try EgressProxy(
                    supervisor: FileDescriptor(owning: theirs), proxy: FileDescriptor(owning: proxyRaw),
                    dns: FileDescriptor(owning: dnsRaw), configuration, loop: EventLoop())
                try proxy.run()
            } catch { print("the proxy ended: \(error)") }
        }
    }

    deinit {
        shutdown(supervisor.raw, Int32(SHUT_RDWR))
        thread?.join()
        var status: Int32 = 0
        if let process { _ = unsafe waitpid(process, &status, 0) }
    }

    /// Rules for hosts that lead to this machine, where the test's servers are.
    static func allowing(_ hosts: String..., port: UInt16, extra: String = "") -> String {
        let rules = hosts.map {
            #"{"host": "\#($0)", "ports": [\#(port)], "addresses": ["127.0.0.0/8"]\#(extra)}"#
        }.joined(separator: ",")
        return #"{"mode": "allowlist", "allow": [\#(rules)]}"#
    }

    /// Applies rules, the widest scope first, and waits until they hold; how many connections that cut.
    @discardableResult
    func apply(_ layers: String...) throws -> Int {
        sequence += 1
        var list = try layers.enumerated().map { index, text in
            EgressRules.Layer(scope: "scope \(index)", rules: try NetworkRules(try JSONNode(parsing: Array(text.utf8))))
        }
        let server = Endpoint(parsing: "127.0.0.1:\(names.port)", usualPort: 53)
        list.append(.init(scope: "test", rules: NetworkRules(resolver: server)))
        try tell(.rules(EgressRules(sequence: sequence, policyVersion: 3, layers: list)))
        var isApplied = false
        while !isApplied { isApplied = try take { $0.sequence == sequence } }
        return lastCut
    }

    func tell(_ order: EgressOrder) throws { try supervisor.writeAll(try order.message().encoded) }

    /// All that was decided so far.
    func report() throws -> EgressCounters {
        counters = nil
        try tell(.report)
        while counters == nil { _ = try take { _ in false } }
        return counters ?? EgressCounters()
    }

    private func take(_ isAwaited: (EgressApplied) -> Bool) throws -> Bool {
        guard let bytes = try supervisor.read(upTo: 65536), !bytes.isEmpty else {
            throw SystemError("hear of the proxy", code: .timedOut)
        }
        decoder.feed(bytes)
        var found = false
        while let message = try decoder.next() {
            switch try EgressReport(message) {
            case .applied(let applied):
                lastCut = applied.cut
                found = found || isAwaited(applied)
            case .decision(let decision): decisions.append(decision)
            case .counters(let now): counters = now
            case .refused(let reason): refusals.append(reason)
            case nil: break
            }
        }
        return found
    }

    func client() throws -> RawClient { try RawClient(port) }

    /// The answer to one request, whole.
    func ask(_ text: String) throws -> String {
        let client = try client()
        try client.send(text)
        return client.answer()
    }

    func status(_ text: String) throws -> String {
        String(try ask(text).dropFirst(9).prefix(3))
    }
}
