internal import AIUJSON
package import AIUModel
internal import AIUSystem
internal import Glibc
internal import Synchronization

/// Passes records on to the host's own log (RFC 5424, to a datagram socket such as /dev/log). Never waits: what that log does not
/// take at once is lost there, and counted; the audit itself is complete.
package final class AuditForwarder: Sendable {
    private struct State {
        var socket: Int32 = -1
        var sent: Int64 = 0
        var lost: Int64 = 0
        var reported: Int64 = 0
        var lastReport = ContinuousClock.now - .seconds(3600)
        var problem = ""
    }

    /// "log audit", as RFC 5424 numbers facilities.
    private static let facility = 13
    private static let information = 6
    private static let warning = 4
    private static let longest = 8 << 10
    private static let reportInterval: Duration = .seconds(60)

    private let path: String
    private let host: String
    private let state = Mutex(State())
    private let log = Log("audit")

    package init(path: String) {
        self.path = path
        var name = [CChar](repeating: 0, count: 256)
        _ = unsafe gethostname(&name, name.count - 1)
        let text = String(decoding: name.prefix { $0 > 0x20 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        host = text.isEmpty ? "-" : text
    }

    deinit { state.withLock { if $0.socket >= 0 { close($0.socket) } } }

    /// How many it did not take.
    package var lost: Int64 { state.withLock { $0.lost } }

    package func forward(_ record: AuditRecord) {
        let message = render(record)
        let report = state.withLock { state -> String? in
            if deliver(message, &state) {
                state.sent += 1
            } else {
                state.lost += 1
            }
            guard state.lost > state.reported, ContinuousClock.now - state.lastReport > Self.reportInterval else {
                return nil
            }
            state.reported = state.lost
            state.lastReport = .now
            return "\(state.lost) records were not passed on to \(path): \(state.problem); the audit itself has them"
        }
        if let report { log.warning(report) }
    }

    package func examine() -> HealthCheck {
        let (sent, lost, problem) = state.withLock { ($0.sent, $0.lost, $0.problem) }
        return lost == 0
            ? HealthCheck("audit forwarding", .good, "\(sent) records to \(path)")
            : HealthCheck(
                "audit forwarding", .warning, "\(lost) of \(sent + lost) records did not get to \(path): \(problem)",
                remedy: "look whether that log runs, and takes as much; `aiu audit export` has all")
    }

    private func render(_ record: AuditRecord) -> [UInt8] {
        let failed = record.outcome.map { $0 != "done" } ?? false
        let priority = 8 * Self.facility + (failed ? Self.warning : Self.information)
        let head =
            "<\(priority)>1 \(Timestamp(milliseconds: record.time)) \(host) aiud \(getpid()) \(record.kind.rawValue) - "
        // A record always has a JSON form; were it otherwise, its number is enough to find it.
        let body = (try? JSONText.encodeString(record)) ?? "{\"sequence\":\(record.sequence)}"
        return Array((head + body).utf8.prefix(Self.longest))
    }

    private func deliver(_ message: [UInt8], _ state: inout State) -> Bool {
        if state.socket < 0, !connect(&state) { return false }
        if unsafe send(state.socket, message, message.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL)) >= 0 { return true }
        let code = Errno.current
        state.problem = "\(code)"
        // One that only has no room stays; another may listen there by now.
        guard code != .wouldBlock, code.number != ENOBUFS else { return false }
        close(state.socket)
        state.socket = -1
        guard connect(&state) else { return false }
        return unsafe send(state.socket, message, message.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL)) >= 0
    }

    private func connect(_ state: inout State) -> Bool {
        do throws(SystemError) {
            state.socket = try DatagramSocket.connect(path).release()
            return true
        } catch {
            state.problem = "\(error.code)"
            return false
        }
    }
}
