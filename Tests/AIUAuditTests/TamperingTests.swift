import AIUAudit
import AIUModel
import AIUSystem
import Testing

struct TamperingTests {
    /// What somebody with the files, but without the key, may try; the record at which it shows.
    static let attacks: [(name: String, sequence: Int64, attack: @Sendable ([String]) -> [String])] = [
        ("edit", 4, { lines in edited(lines, 3) }),
        ("edit of the last", 13, { lines in edited(lines, 12) }),
        ("removal", 5, { lines in lines.enumerated().filter { $0.offset != 3 }.map(\.element) }),
        ("exchange", 5, { lines in Array(lines[..<3]) + [lines[4], lines[3]] + Array(lines[5...]) }),
        ("duplicate", 4, { lines in Array(lines[...3]) + [lines[3]] + Array(lines[4...]) }),
        ("cut off the end", 11, { lines in Array(lines.dropLast(3)) }),
        ("cut off the beginning", 4, { lines in Array(lines.dropFirst(3)) }),
        ("a line that is none", 3, { lines in Array(lines[..<2]) + ["{}"] + Array(lines[2...]) }),
        ("nothing left", 1, { _ in [] }),
    ]

    @Test("each change of the files is found and located", arguments: attacks.indices)
    func found(index: Int) async throws {
        let attack = Self.attacks[index]
        try await AuditFixture.with { audit in
            var settings = AuditLog.Settings()
            settings.checkpointEvery = 5
            let log = try audit.open(settings)
            while try await log.records(AuditQuery()).count < 12 { _ = try log.begin(audit.entry("pingVM")) }
            #expect(try await log.verify(expecting: nil).isSound)
            try audit.write(attack.attack(try audit.lines()))
            let damage = try #require(try await log.verify(expecting: nil).damage, "\(attack.name) was not found")
            #expect(damage.sequence == attack.sequence, "\(attack.name): \(damage.problem)")
        }
    }

    @Test("a chain that was made anew without the key is found at its first signature")
    func forged() async throws {
        try await AuditFixture.with { audit in
            try await AuditFixture.with { other in
                for fixture in [audit, other] {
                    let log = try fixture.open()
                    for _ in 0..<5 { _ = try log.begin(fixture.entry("pingVM")) }
                    log.close()
                }
                let real = try audit.open()
                try audit.write(try other.lines())
                let damage = try #require(try await real.verify(expecting: nil).damage)
                #expect(damage.problem.contains("signature"))
            }
        }
    }

    @Test("the end that somebody noted must still be there")
    func noted() async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            _ = try log.begin(audit.entry("startVM"))
            let report = try await log.verify(expecting: nil)
            let head = try #require(AuditHead("\(report.last):\(report.head)"))
            _ = try log.begin(audit.entry("stopVM"))
            #expect(try await log.verify(expecting: head).isSound)
            let wrong = AuditHead(sequence: head.sequence, digest: String(head.digest.reversed()))
            #expect(try await log.verify(expecting: wrong).damage?.sequence == head.sequence)
            #expect(try await log.verify(expecting: AuditHead(sequence: 99, digest: head.digest)).damage != nil)
        }
    }

    @Test("records that were cut off while nobody looked are told for ever")
    func incident() async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            for _ in 0..<5 { _ = try log.begin(audit.entry("pingVM")) }
            try audit.write(Array(try audit.lines().dropLast(2)))
            let report = try await audit.open().verify(expecting: nil)
            #expect(report.damage == nil && report.incidents.map(\.finding) == ["records were cut off the end"])
        }
    }

    @Test("what was changed while no supervisor ran is told at the next start", arguments: ["past", "last", "forged"])
    func whileStopped(what: String) async throws {
        try await AuditFixture.with { audit in
            try await AuditFixture.with { other in
                let log = try audit.open()
                for _ in 0..<6 { _ = try log.begin(audit.entry("pingVM")) }
                let lines = try audit.lines()
                switch what {
                case "past":
                    // Another past, as long as the real one and a line longer, without a signature.
                    let forger = try other.open()
                    while try other.lines().count < lines.count + 1 { _ = try forger.begin(other.entry("stopVM")) }
                    try audit.write(try other.lines())
                case "last": try audit.write(Self.edited(lines, lines.count - 1))
                case _:
                    // The real past, and two requests that nobody made.
                    let copy = try other.open()
                    try other.write(lines)
                    _ = copy
                    try Files.remove("\(other.folder)/end")
                    let forger = try other.open()
                    for _ in 0..<2 { _ = try forger.begin(other.entry("deleteVM")) }
                    try audit.write(try other.lines())
                }
                let report = try await audit.open().verify(expecting: nil)
                #expect(!report.isSound, "\(what)")
            }
        }
    }

    @Test("a last line that is none is kept as evidence instead of being cut off")
    func strayLine() async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            _ = try log.begin(audit.entry("startVM"))
            let lines = try audit.lines() + ["x"]
            try audit.write(lines)
            let refusal = #expect(throws: Failure.self) { try audit.open() }
            #expect(refusal?.reason == .damaged)
            #expect(try audit.lines() == lines)
        }
    }

    @Test("the end is compared with what the supervisor knows, not with the file")
    func signedEndEmptied() async throws {
        try await AuditFixture.with { audit in
            let log = try audit.open()
            for _ in 0..<5 { _ = try log.begin(audit.entry("pingVM")) }
            try audit.write(Array(try audit.lines().dropLast(2)))
            try Files.replace("\(audit.folder)/end", with: [])
            #expect(try await log.verify(expecting: nil).damage != nil)
        }
    }

    @Test("files without their key are not given another")
    func keyGone() async throws {
        try await AuditFixture.with { audit in
            _ = try audit.open()
            try Files.remove("\(audit.folder)/key")
            let refusal = #expect(throws: Failure.self) { try audit.open() }
            #expect(refusal?.reason == .damaged)
        }
    }

    @Test("a key that is no key any more stops the audit", arguments: ["", "00", String(repeating: "g", count: 64)])
    func brokenKey(text: String) async throws {
        try await AuditFixture.with { audit in
            _ = try audit.open()
            try Files.replace("\(audit.folder)/key", with: Array(text.utf8))
            let refusal = #expect(throws: Failure.self) { try audit.open() }
            #expect(refusal?.reason == .damaged)
        }
    }

    private static func edited(_ lines: [String], _ index: Int) -> [String] {
        var lines = lines
        lines[index] = lines[index].split(separator: "\"time\":1", maxSplits: 1).joined(separator: "\"time\":2")
        return lines
    }
}
