import AIUModel
import AIUStore
import AIUSystem
import Testing

struct AccessTokenTests {
    private func token(_ id: String, _ name: String, created: Int64 = 1000, expires: Int64 = 5000) throws -> AccessToken
    {
        AccessToken(
            id: id, name: name, owner: AccountReference(user: 1000, name: "anna"), role: .operator,
            vms: [try #require(VMName("a")), try #require(VMName("b"))], project: "docs", created: created,
            expires: expires)
    }

    @Test("tokens are kept with their digests, found, revoked once, and forgotten a month after their end")
    func kept() throws {
        let path = "/tmp/tokens-\(UInt64.random(in: 0 ..< .max)).db"
        defer { for end in ["", "-wal", "-shm", ".backup"] { try? Files.remove(path + end) } }  // gone with the test
        let store = try SQLiteStore(path: path)
        let digest = String(repeating: "a", count: 64)
        let first = try token("0123456789ab", "ci")
        try store.insert(first, digest: digest)
        let found = try #require(try store.accessToken(first.id))
        #expect(found.token == first && found.digest == digest)
        #expect(try store.accessToken("ffffffffffff") == nil)
        #expect(throws: Failure.self) { try store.insert(try token("111111111111", "ci"), digest: digest) }
        #expect(try store.revokeAccessToken(first.id, at: 2000))
        #expect(try !store.revokeAccessToken(first.id, at: 3000))
        try store.noteUse(ofAccessToken: first.id, at: 1500)
        #expect(try store.accessTokens().first?.revoked == 2000)
        #expect(try store.accessTokens().first?.used == 1500)
        let later: Int64 = 40 * 86_400_000
        try store.insert(try token("222222222222", "ci", created: later, expires: later + 1), digest: digest)
        #expect(try store.accessTokens().map(\.id) == ["222222222222"])
    }
}
