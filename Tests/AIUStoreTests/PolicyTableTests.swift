import AIUModel
import AIUStore
import Testing

@Suite("the versions of the policy")
struct PolicyTableTests {
    private static func version(_ number: Int64) -> PolicyVersion {
        PolicyVersion(
            version: number, time: 7, author: "anna", note: "why", digest: "ab", document: "{ \"//\": \(number) }")
    }

    @Test("the newest is in force, and only one that was not written can be taken back")
    func versions() throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            do {
                let store = try SQLiteStore(path: path)
                #expect(try store.newestPolicy() == nil)
                try store.addPolicy(Self.version(1))
                try store.markPolicyWritten(1)
                try store.addPolicy(Self.version(2))
                #expect(throws: Failure.self) { try store.addPolicy(Self.version(2)) }
            }
            let store = try SQLiteStore(path: path)
            let newest = try #require(try store.newestPolicy())
            #expect(newest.version == Self.version(2))
            #expect(!newest.isWritten)
            try store.dropPolicy(2)
            try store.dropPolicy(1)
            #expect(try store.newestPolicy()?.version == Self.version(1))
            #expect(try store.policyVersion(2) == nil)
            #expect(try store.policyVersions(limit: 5).map(\.document) == [nil])
        }
    }

    @Test("a bounded number is kept")
    func bound() throws {
        try withScratch { folder in
            let store = try SQLiteStore(path: "\(folder)/aiu.db")
            for number in 1...PolicyTable.capacity + 3 { try store.addPolicy(Self.version(number)) }
            #expect(try store.policyVersion(3) == nil)
            #expect(try store.policyVersion(4) != nil)
        }
    }
}
