import AIUJSON
import AIUModel
import Synchronization

/// An audit in memory that can be told to fail.
final class FakeAudit: AuditTrail {
    private struct State {
        var records: [AuditRecord] = []
        var isFull = false
    }

    private let state = Mutex(State())

    let publicKey = String(repeating: "ab", count: 32)

    var all: [AuditRecord] { state.withLock { $0.records } }

    func setFull(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    func begin(_ entry: AuditEntry) throws(Failure) -> Int64 {
        try state.withLock { state throws(Failure) in
            if state.isFull {
                throw Failure(.noSpace, "\(entry.action) was not done, because the audit cannot be written")
            }
            return Self.add(.begun, entry, &state).sequence
        }
    }

    func end(_ number: Int64, _ entry: AuditEntry, _ failure: Failure?) {
        state.withLock { state in
            var record = Self.add(.ended, entry, &state)
            record.request = number
            record.outcome = failure?.reason.rawValue ?? "done"
            record.message = failure?.message
            state.records[state.records.count - 1] = record
        }
    }

    func end(_ number: Int64, _ entry: AuditEntry, _ failure: Failure?, answer: JSON) throws(Failure) {
        try state.withLock { state throws(Failure) in
            if state.isFull { throw Failure(.noSpace, "the answer is withheld, because it cannot be recorded") }
        }
        end(number, entry, failure)
        state.withLock { $0.records[$0.records.count - 1].detail = ["answer": answer] }
    }

    func records(_ query: AuditQuery) async throws(Failure) -> [AuditRecord] {
        Array(all.filter { query.matches($0) }.suffix(query.limit))
    }

    func verify(expecting head: AuditHead?) async throws(Failure) -> AuditReport {
        var report = AuditReport()
        report.records = Int64(all.count)
        report.last = report.records
        report.head = publicKey
        report.key = publicKey
        if let head, head.sequence > report.last {
            report.damage = .init(
                sequence: head.sequence, file: "x.jsonl", line: 3, problem: "records were cut off the end")
        }
        return report
    }

    func erase(_ who: AccountReference) async throws(Failure) -> [String] {
        state.withLock { state in
            let mine = state.records.indices.filter { state.records[$0].actor?.user == who.user }
            for index in mine {
                state.records[index].actor = nil
                state.records[index].erased = true
            }
            return mine.isEmpty ? [] : ["0123456789abcdef"]
        }
    }

    func export(readable: Bool, _ take: (consuming [UInt8]) async -> Bool) async throws(Failure) {
        for record in all { guard await take(Array("{\"sequence\":\(record.sequence)}\n".utf8)) else { return } }
    }

    @discardableResult
    private static func add(_ kind: AuditRecord.Kind, _ entry: AuditEntry, _ state: inout State) -> AuditRecord {
        var record = AuditRecord(sequence: Int64(state.records.count) + 1, kind: kind, time: 1000)
        record.actor = entry.actor
        record.action = entry.action
        record.subject = entry.subject
        record.detail = entry.detail
        state.records.append(record)
        return record
    }
}
