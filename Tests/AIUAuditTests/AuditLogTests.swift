import AIUAudit
import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Synchronization
import Testing

struct AuditLogTests {
    @Test("what is recorded is found again, across restarts")
    func round() async throws {
        try await AuditFixture.with { audit in
            let first = try audit.open()
            let number = try first.begin(audit.entry("startVM"))
            first.end(number, audit.entry("startVM"), Failure(.busy, "somebody else changes it"))
            first.close()
            let second = try audit.open()
            _ = try second.begin(audit.entry("deleteVM", "other"))
            let all = try await second.records(AuditQuery())
            #expect(all.map(\.kind) == [.noted, .begun, .ended, .checkpoint, .noted, .begun])
            #expect(all.map(\.sequence) == Array(1...6))
            #expect(all[2].request == number && all[2].outcome == "busy" && all[2].actor == AuditFixture.anna)
            #expect(all[1].detail?["words"]?[1]?.stringValue == "b\n\u{0}")
            let report = try await second.verify(expecting: nil)
            #expect(report.isSound && report.records == 6 && report.unsigned == 2)
        }
    }

    @Test(
        "records are found by what they say",
        arguments: [
            ("user", "anna", 4), ("user", "1000", 4), ("user", "bert", 0), ("action", "startVM", 2),
            ("subject", "b", 2),
            ("text", "words", 2), ("after", "3", 2), ("limit", "1", 1),
        ])
    func search(field: String, value: String, count: Int) async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            for (action, subject) in [("startVM", "a"), ("stopVM", "b")] {
                let entry = audit.entry(action, subject)
                log.end(try log.begin(entry), entry, nil)
            }
            var query = AuditQuery()
            switch field {
            case "user": query.user = value
            case "action": query.action = value
            case "subject": query.subject = value
            case "text": query.text = value
            case "after": query.after = Int64(value)
            case _: query.limit = try #require(Int(value))
            }
            #expect(try await log.records(query).count == count)
        }
    }

    @Test("who reads no more stops the reading, and the audit goes on")
    func left() async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            _ = try log.begin(audit.entry("startVM"))
            let reading = Task {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                return try await log.verify(expecting: nil)
            }
            let failure = await #expect(throws: Failure.self) { try await reading.value }
            #expect(failure?.message.contains("has left") == true)
            let gone = await #expect(throws: Failure.self) { try await log.export(readable: true) { _ in false } }
            #expect(gone?.reason == .unavailable)
            #expect(try await log.verify(expecting: nil).isSound)
        }
    }

    @Test("records from before actors had roles are read and verified as ever")
    func olderRecords() async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            var entry = audit.entry("startVM")
            _ = try log.begin(entry)
            entry.actor.role = .operator
            entry.actor.token = "0123456789ab"
            _ = try log.begin(entry)
            let all = try await log.records(AuditQuery())
            #expect(all.map { $0.actor?.role } == [nil, nil, .operator] && all.last?.actor == entry.actor)
            #expect(!(try audit.lines()[1].contains("role")))
            #expect(AuditFormat.cef.render(all[2]).contains(" spriv=operator "))
            #expect(AuditFormat.csv.render(all[2]).hasSuffix(",operator,0123456789ab,,,\(all[2].person ?? "?")\r\n"))
        }
    }

    @Test("files stay small, and the chain goes through all of them")
    func rotation() async throws {
        try await AuditFixture.with { audit in
            var settings = AuditLog.Settings()
            settings.fileBytes = 2000
            settings.checkpointEvery = 5
            let log = try audit.open(settings)
            for _ in 0..<40 {
                let number = try log.begin(audit.entry("pingVM"))
                // Also of the first record of a file.
                #expect(try await log.records(AuditQuery()).last { $0.kind == .begun }?.sequence == number)
            }
            #expect(try audit.files().count > 3)
            let report = try await log.verify(expecting: nil)
            #expect(report.isSound && report.checkpoints > 7)
            var query = AuditQuery()
            query.after = 20
            query.limit = 10
            #expect(try await log.records(query).map(\.sequence) == Array(21...30))
            let collected = Mutex<[UInt8]>([])
            try await log.export(readable: false) { piece in
                let bytes = piece
                collected.withLock { $0 += bytes }
                return true
            }
            let text = collected.withLock { $0 }
            let key = try #require(AuditPublicKey(log.publicKey))
            var verifier = AuditVerifier(key: key, heads: [])
            #expect(unsafe text.withUnsafeBytes { unsafe verifier.take($0, file: "export") })
            verifier.finish(file: "export", number: 0)
            #expect(verifier.report.isSound && verifier.report.head == report.head)
        }
    }

    @Test("old files go when a record says so, and the rest is still proven")
    func retirement() async throws {
        try await AuditFixture.with { audit in
            var settings = AuditLog.Settings()
            settings.fileBytes = 3000
            let old = try audit.open(settings)
            for _ in 0..<30 { _ = try old.begin(audit.entry("pingVM")) }
            old.close()
            let count = try audit.files().count
            settings.keep = .seconds(3600)
            let future = Timestamp.now.milliseconds + 7_200_000
            let log = try audit.open(settings, time: { future })
            #expect(try audit.files().count == 1 && count > 2)
            let report = try await log.verify(expecting: nil)
            #expect(report.isSound && report.first > 1)
            let gone = AuditHead(sequence: 1, digest: String(repeating: "0", count: 64))
            #expect(try await log.verify(expecting: gone).damage?.problem.contains("no longer here") == true)
            // Without the record that announced it, the beginning is missing.
            let lines = try audit.lines().filter { !$0.contains("\"retired\"") && !$0.contains("auditOpened") }
            try audit.write(Array(lines.prefix(2)))
            #expect(try await log.verify(expecting: nil).damage != nil)
        }
    }

    @Test("what cannot be recorded is refused, and the audit goes on when it can be written again")
    func failClosed() async throws {
        try await AuditFixture.with { audit in
            var settings = AuditLog.Settings()
            settings.fileBytes = 1
            let log = try audit.open(settings)
            _ = try log.begin(audit.entry("startVM"))
            // Where the next file should be, something else is.
            let obstacle = "\(audit.folder)/000000000005.jsonl"
            try Files.makeFolder(obstacle)
            let refusal = #expect(throws: Failure.self) { try log.begin(audit.entry("deleteVM")) }
            #expect(refusal?.message.contains("deleteVM was not done") == true)
            try Files.removeTree(obstacle)
            _ = try log.begin(audit.entry("stopVM"))
            #expect(try await log.records(AuditQuery()).compactMap(\.action) == ["auditOpened", "startVM", "stopVM"])
            #expect(try await log.verify(expecting: nil).isSound)
        }
    }

    @Test("an answer is on the disk with its request's end, sealed like the prompt, or it is refused")
    func answers() async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            let entry = audit.entry("prompt")
            let number = try log.begin(entry)
            try log.end(number, entry, nil, answer: ["sha256": "ab", "full": "forty-two"])
            // As a kill leaves it: nothing was closed.
            let bytes = try Files.names(in: audit.folder).filter { $0.hasSuffix(".jsonl") }
                .map { String(decoding: try Files.read("\(audit.folder)/\($0)"), as: UTF8.self) }.joined()
            #expect(!bytes.contains("forty-two"))
            let ended = try #require(try await log.records(AuditQuery()).last)
            #expect(ended.kind == .ended && ended.request == number && ended.outcome == "done")
            #expect(ended.detail?["answer"]?["full"] == "forty-two")
            #expect(try await log.verify(expecting: nil).isSound)
            let second = try log.begin(entry)
            let long = String(repeating: "x", count: 70_000)
            let refusal = #expect(throws: Failure.self) { try log.end(second, entry, nil, answer: .string(long)) }
            #expect(refusal?.message.contains("withheld") == true)
            #expect(try await log.verify(expecting: nil).isSound)
        }
    }

    @Test("half a line at the end, as a crash leaves it, is no damage")
    func torn() async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            _ = try log.begin(audit.entry("startVM"))
            let path = "\(audit.folder)/\(try audit.files()[0])"
            try FileDescriptor.open(path, O_WRONLY | O_APPEND).writeAll(Array(#"{"previous":"00"#.utf8))
            #expect(try await audit.open().verify(expecting: nil).isSound)
        }
    }

    @Test("a field of a table ends where it should, whatever is in it")
    func table() throws {
        var record = AuditRecord(sequence: 1, kind: .ended, time: 0)
        record.message = "a\"\u{301},b"
        record.subject = "=1+1"
        #expect(AuditFormat.csv.render(record).contains("'=1+1,,\"a\"\"\u{301},b\","))
    }
}
