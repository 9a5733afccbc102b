import AIUAudit
import AIUModel
import AIUSystem
import Glibc
import Synchronization
import Testing

/// Passing records on to the host's log.
struct ForwardingTests {
    /// A host's log that takes so many bytes and no more.
    private final class Log: Sendable {
        let path = "/tmp/log-\(getpid())-\(UInt32.random(in: 0 ..< .max))"
        let socket: Int32

        init() throws {
            socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
            let bound = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(bound == 0)
        }

        deinit {
            close(socket)
            unsafe unlink(path)
        }

        func next() -> String? {
            var bytes = [UInt8](repeating: 0, count: 65536)
            let count = unsafe recv(socket, &bytes, bytes.count, 0)
            return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
        }
    }

    private func open(_ audit: AuditFixture, _ forwarder: AuditForwarder) throws -> AuditLog {
        var settings = AuditLog.Settings()
        settings.forward = { forwarder.forward($0) }
        return try audit.open(settings)
    }

    @Test("the host's log gets each request and its end, as RFC 5424 has it, with who asked")
    func forwarded() async throws {
        try await AuditFixture.with { audit in
            let host = try Log()
            let forwarder = AuditForwarder(path: host.path)
            let log = try open(audit, forwarder)
            let entry = audit.entry("startVM")
            log.end(try log.begin(entry), entry, Failure(.busy, "not now"))
            let first = try #require(host.next())
            let second = try #require(host.next())
            #expect(first.hasPrefix("<110>1 2026-") && first.contains(" aiud \(getpid()) begun - {"))
            #expect(first.contains(#""name":"anna""#) && !first.contains("sealed"))
            #expect(second.hasPrefix("<108>1 ") && second.contains("not now"))
            #expect(forwarder.examine().verdict == .good)
        }
    }

    @Test("a log that is away, full or comes back holds nobody up, and what it missed is counted")
    func lost() async throws {
        try await AuditFixture.with { audit in
            let host = Mutex<Log?>(try Log())
            let path = try #require(host.withLock { $0?.path })
            let forwarder = AuditForwarder(path: path)
            let log = try open(audit, forwarder)
            let begun = ContinuousClock.now
            // Nobody reads: the socket takes a few and then no more.
            for _ in 0..<300 { _ = try log.begin(audit.entry("startVM")) }
            #expect(forwarder.lost > 0 && ContinuousClock.now - begun < .seconds(10))
            host.withLock { $0 = nil }
            let before = forwarder.lost
            _ = try log.begin(audit.entry("startVM"))
            #expect(forwarder.lost == before + 1 && forwarder.examine().verdict == .warning)
            #expect(try await log.records(AuditQuery()).count == 302)
        }
    }
}
