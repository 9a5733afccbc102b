import AIUAudit
import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Synchronization
import Testing

/// What the audit says about people, and how it forgets them.
struct PeopleTests {
    private static let bert = AuditActor(user: 1001, name: "bert", process: 8, role: .admin)

    private func fill(_ audit: AuditFixture, _ log: AuditLog) throws {
        for actor in [AuditFixture.anna, Self.bert] {
            var entry = audit.entry("execute")
            entry.actor = actor
            log.end(try log.begin(entry), entry, Failure(.denied, "\(actor.name ?? "") may not"))
        }
    }

    private func raw(_ audit: AuditFixture) throws -> String { try audit.lines().joined(separator: "\n") }

    @Test("nothing of a person stands in a line but a number, and readers see all")
    func sealed() async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            try fill(audit, log)
            let text = try raw(audit)
            for word in ["anna", "bert", "1000", "words", "may not"] { #expect(!text.contains(word), "\(word)") }
            #expect(text.contains("execute") && text.contains("denied") && text.contains("demo"))
            for reopened in [log, try audit.open()] {
                let all = try await reopened.records(AuditQuery()).filter { $0.kind == .begun || $0.kind == .ended }
                #expect(all.map { $0.actor?.name } == ["anna", "anna", "bert", "bert"])
                #expect(all[0].detail?["words"] != nil && all[1].message == "anna may not" && all[0].sealed == nil)
                #expect(all[0].person == all[1].person && all[0].person != all[2].person)
            }
            var query = AuditQuery()
            query.text = "bert may"
            #expect(try await log.records(query).count == 1)
        }
    }

    @Test("who is erased is nobody from then on, others stay, and the audit is as sound as before")
    func erased() async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            try fill(audit, log)
            let before = try raw(audit)
            let gone = try await log.erase(AccountReference(user: 1000, name: "anna"))
            #expect(gone.count == 1)
            #expect(try raw(audit).hasPrefix(before))
            #expect(try await log.erase(AccountReference(user: 1000, name: "anna")) == [])
            log.close()
            let reopened = try audit.open()
            #expect(try await reopened.verify(expecting: nil).isSound)
            let all = try await reopened.records(AuditQuery())
            let hers = all.filter { $0.person == gone[0] }
            #expect(hers.count == 2 && hers.allSatisfy { $0.erased == true && $0.actor == nil && $0.detail == nil })
            #expect(hers.allSatisfy { $0.action == "execute" && $0.message == nil })
            #expect(all.contains { $0.actor?.name == "bert" && $0.message == "bert may not" })
            #expect(all.contains { $0.kind == .noted && $0.action == "personErased" })
            for name in try Files.names(in: "\(audit.folder)/people") {
                #expect(
                    !String(decoding: try Files.read("\(audit.folder)/people/\(name)"), as: UTF8.self).contains("anna"))
            }
            // Who comes back is somebody new.
            _ = try reopened.begin(audit.entry("startVM"))
            let last = try await reopened.records(AuditQuery()).last
            #expect(last?.actor?.name == "anna" && last?.person != gone[0])
        }
    }

    @Test("an export proves the chain and, unless it is sealed, tells who", arguments: [true, false])
    func exported(readable: Bool) async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            try fill(audit, log)
            let bytes = Mutex<[UInt8]>([])
            try await log.export(readable: readable) { piece in
                bytes.withLock { $0 += piece }
                return true
            }
            let all = bytes.withLock { $0 }
            var verifier = AuditVerifier(key: AuditPublicKey(log.publicKey), heads: [], mayBeginWithKeys: true)
            _ = unsafe all.withUnsafeBytes { unsafe verifier.take($0, file: "export") }
            verifier.finish(file: "export", number: 0)
            #expect(verifier.report.isSound && verifier.report.records == 5)
            // In the midst, or on the host, a key is a line that does not belong there.
            var strict = AuditVerifier(key: nil, heads: [])
            _ = unsafe all.withUnsafeBytes { unsafe strict.take($0, file: "export") }
            #expect((strict.report.damage != nil) == readable)
            var opener = AuditOpener()
            var names: [String?] = []
            for line in all.split(separator: 0x0A) {
                try unsafe Array(line).withUnsafeBytes { line in
                    if unsafe AuditOpener.isKey(line) {
                        unsafe opener.take(line)
                    } else {
                        let record = try JSONText.decode(AuditRecord.self, from: unsafe Array(line))
                        names.append(opener.open(record).actor?.name)
                    }
                }
            }
            #expect(names == (readable ? ["aiud", "anna", "anna", "bert", "bert"] : ["aiud", nil, nil, nil, nil]))
        }
    }

    @Test("what cannot be sealed is not done")
    func failClosed() async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            try Files.removeTree("\(audit.folder)/people")
            #expect(throws: Failure.self) { try log.begin(audit.entry("startVM")) }
            try Files.makeFolder("\(audit.folder)/people", mode: 0o700)
            _ = try log.begin(audit.entry("startVM"))
            #expect(try await log.verify(expecting: nil).isSound)
        }
    }

    @Test("a box that was tampered with, or moved to another person, opens to nothing")
    func tampered() async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            try fill(audit, log)
            var lines = try audit.lines()
            let people = try await log.records(AuditQuery()).compactMap(\.person)
            lines[1] = lines[1].replacing(people[0], with: people[2])
            try audit.write(lines)
            #expect(try await log.records(AuditQuery())[1].erased == true)
            #expect(try await log.verify(expecting: nil).damage != nil)
        }
    }
}
