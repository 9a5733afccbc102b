package import AIUJSON
package import AIUModel
internal import AIUSystem
internal import Glibc
internal import Synchronization

/// The audit on the disk: files of lines, each line chained to the one before, the end signed.
package final class AuditLog: AuditTrail {
    /// What an administrator may choose.
    package struct Settings: Sendable {
        /// A file that is longer is closed, and the next one begun.
        package var fileBytes: Int64 = 32 << 20
        /// Files whose last record is older are removed. Nil keeps all.
        package var keep: Duration?
        /// A signature at least after so many records.
        package var checkpointEvery: Int64 = 1000
        /// Gets each record that begins or ends a request, as it was before anything of it was sealed. Must not wait.
        package var forward: (@Sendable (AuditRecord) -> Void)?

        package init() {}
    }

    private static let longestMessage = 1024
    private static let mostRetired = 200

    let folder: AuditFolder
    let key: AuditKey
    private let settings: Settings
    private let now: @Sendable () -> Int64
    private let policy: @Sendable () -> Int64?
    private let log = Log("audit")
    let end: Mutex<AuditEnd>
    let people: AuditPeople
    let readers = Atomic(0)

    /// Opens the audit of a folder, or begins one. What the last stop left unfinished is mended; what is damaged is noted.
    package init(
        folder path: String, settings: Settings = Settings(), policy: @escaping @Sendable () -> Int64? = { nil },
        now: @escaping @Sendable () -> Int64
    ) throws(Failure) {
        do throws(SystemError) {
            try Files.makeFolder(path, mode: 0o700)
        } catch {
            throw Failure(.denied, "the audit cannot be kept: \(error)")
        }
        folder = AuditFolder(path: path)
        self.settings = settings
        self.now = now
        self.policy = policy
        key = try AuditKey(file: folder.key, mayMake: try folder.starts().isEmpty)
        people = try AuditPeople(folder: folder.people)
        end = Mutex(try AuditEnd(folder: folder, key: key))
        end.withLock { end in
            do throws(Failure) {
                try end.note(self.now())
                try retire(&end)
            } catch {
                // What leaves no trace works all the same; the next request that does is refused, or writes this first.
                log.error("the audit cannot be written: \(error)")
            }
        }
    }

    package var publicKey: String { key.publicKey.description }

    package func begin(_ entry: AuditEntry) throws(Failure) -> Int64 {
        try end.withLock { end throws(Failure) in
            do throws(Failure) {
                if !end.isNoted { try end.note(now()) }
                try makeRoom(&end)
                try keep(record(.begun, entry, after: end.sequence), at: &end)
            } catch {
                throw refusal(entry, error)
            }
            let number = end.sequence
            settings.forward?(record(.begun, entry, after: number - 1))
            return number
        }
    }

    /// On the disk when it returns, or not there at all.
    private func keep(_ record: AuditRecord, at end: inout AuditEnd) throws(Failure) {
        let mark = end.mark
        try end.append(try sealed(record))
        do throws(Failure) {
            try end.synchronize()
        } catch {
            end.takeBack(to: mark)
            throw error
        }
    }

    private static func why(_ error: Failure) -> String {
        error.reason == .noSpace ? "the disk is full" : error.message
    }

    private func refusal(_ entry: AuditEntry, _ error: Failure) -> Failure {
        return Failure(
            error.reason,
            "\(entry.action) was not done, because it cannot be recorded in \(folder.path): "
                + "\(Self.why(error)); make room, or mend that folder")
    }

    package func end(_ number: Int64, _ entry: AuditEntry, _ failure: Failure?) {
        end.withLock { end in
            do throws(Failure) {
                try makeRoom(&end)
                let record = ended(number, entry, failure, nil, after: end.sequence)
                try end.append(try sealed(record))
                settings.forward?(record)
            } catch {
                // It was done, and its `begun` is kept. The next request will be refused.
                log.error("what came of record \(number) could not be kept: \(error)")
            }
        }
    }

    package func end(_ number: Int64, _ entry: AuditEntry, _ failure: Failure?, answer: JSON) throws(Failure) {
        try end.withLock { end throws(Failure) in
            do throws(Failure) {
                try makeRoom(&end)
                let record = ended(number, entry, failure, ["answer": answer], after: end.sequence)
                try keep(record, at: &end)
                settings.forward?(record)
            } catch {
                throw Failure(
                    error.reason,
                    "the answer is withheld, because it cannot be recorded in \(folder.path): "
                        + "\(Self.why(error)); make room, or mend that folder")
            }
        }
    }

    private func ended(
        _ number: Int64, _ entry: AuditEntry, _ failure: Failure?, _ detail: JSON?, after sequence: Int64
    ) -> AuditRecord {
        var record = record(.ended, entry, after: sequence)
        record.request = number
        record.detail = detail
        record.outcome = failure?.reason.rawValue ?? "done"
        record.message = failure.map { String($0.message.prefix(Self.longestMessage)) }
        return record
    }

    /// What it says of a person only with that person's key.
    private func sealed(_ record: AuditRecord) throws(Failure) -> AuditRecord {
        guard let person = try people.person(record.actor) else { return record }
        return try AuditBox.seal(record, for: person)
    }

    package func erase(_ who: AccountReference) async throws(Failure) -> [String] {
        let gone = people.find(who)
        guard !gone.isEmpty else { return [] }
        try end.withLock { end throws(Failure) in
            try makeRoom(&end)
            var record = AuditRecord(sequence: end.sequence + 1, kind: .noted, time: now())
            record.actor = .supervisor
            record.action = "personErased"
            record.detail = ["people": .array(gone.map { .string($0.id) })]
            try end.append(record)
            try end.synchronize()
        }
        try people.erase(gone)
        return gone.map(\.id)
    }

    /// Signs what there is, for a stop in order.
    package func close() {
        end.withLock { end in
            do throws(Failure) {
                if end.unsigned > 0 { try checkpoint(&end) }
                try end.synchronize()
            } catch {
                log.error("the audit's last records are not signed: \(error)")
            }
        }
    }

    private func record(_ kind: AuditRecord.Kind, _ entry: AuditEntry, after sequence: Int64) -> AuditRecord {
        var record = AuditRecord(sequence: sequence + 1, kind: kind, time: now())
        record.actor = entry.actor
        record.action = entry.action
        record.subject = entry.subject
        record.detail = entry.detail
        record.policy = policy()
        return record
    }

    /// Signs and begins files where it is time, before a record gets its number.
    private func makeRoom(_ end: inout AuditEnd) throws(Failure) {
        if end.unsigned >= settings.checkpointEvery { try checkpoint(&end) }
        guard end.length >= settings.fileBytes else { return }
        if end.unsigned > 0 { try checkpoint(&end) }
        try end.beginFile()
        try retire(&end)
    }

    private func checkpoint(_ end: inout AuditEnd) throws(Failure) {
        var record = AuditRecord(sequence: end.sequence + 1, kind: .checkpoint, time: now())
        record.signature = key.sign(AuditSeal.checkpoint(record, after: end.digest))
        try end.append(record)
        try end.synchronize()
        end.fillReserve()
    }

    /// Removes old files, once a record says so.
    private func retire(_ end: inout AuditEnd) throws(Failure) {
        guard let keep = settings.keep else { return }
        let files = try folder.files()
        let limit = now() - Int64(keep / .milliseconds(1))
        let old = files.dropLast().prefix(Self.mostRetired).prefix { $0.modified < limit }
        guard !old.isEmpty else { return }
        var ends: [JSON] = []
        for file in old {
            // Each of them may be the last that is removed, if this is cut off.
            guard let line = try file.lastLine() else { continue }
            ends.append([
                "through": .integer(line.sequence), "digest": .string(String(decoding: line.digest, as: UTF8.self)),
            ])
        }
        var record = AuditRecord(sequence: end.sequence + 1, kind: .retired, time: now())
        record.detail = ["files": .array(ends)]
        try end.append(record)
        try checkpoint(&end)
        for file in old {
            do throws(SystemError) {
                try Files.remove(file.path)
            } catch {
                // Without it the next would be missing its past.
                return log.warning("an old file of the audit stays: \(error)")
            }
        }
    }
}
