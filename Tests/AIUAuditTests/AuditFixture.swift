import AIUAudit
import AIUJSON
import AIUModel
import AIUSystem
import Glibc

/// An audit in a folder of its own, gone with the test.
struct AuditFixture {
    static let anna = AuditActor(user: 1000, name: "anna", process: 7)

    let folder: String

    static func with(_ body: (AuditFixture) async throws -> Void) async throws {
        let folder = "/tmp/audit-\(getpid())-\(UInt32.random(in: 0 ..< .max))"
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(AuditFixture(folder: folder)))
        } catch {
            result = .failure(error)
        }
        try Files.removeTree(folder)
        try result.get()
    }

    func open(_ settings: AuditLog.Settings = .init(), time: @escaping @Sendable () -> Int64 = { 1_790_000_000_000 })
        throws
        -> AuditLog
    {
        try AuditLog(folder: folder, settings: settings, now: time)
    }

    func entry(_ action: String, _ subject: String = "demo") -> AuditEntry {
        AuditEntry(actor: Self.anna, action: action, subject: subject, detail: ["words": ["a", "b\n\u{0}"]])
    }

    /// The names of the files with records.
    func files() throws -> [String] { try Files.names(in: folder).filter { $0.hasSuffix(".jsonl") } }

    func lines(_ file: Int = 0) throws -> [String] {
        String(decoding: try Files.read("\(folder)/\(try files()[file])", limit: 64 << 20), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    func write(_ lines: [String], _ file: Int = 0) throws {
        let text = lines.map { $0 + "\n" }.joined()
        try Files.replace("\(folder)/\(try files()[file])", with: Array(text.utf8))
    }
}
