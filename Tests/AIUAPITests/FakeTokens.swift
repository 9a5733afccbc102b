import AIUModel
import Synchronization

/// Tokens in memory.
final class FakeTokens: AccessTokenBook {
    private let state = Mutex<[(token: AccessToken, digest: String)]>([])

    var digests: [String] { state.withLock { $0.map(\.digest) } }

    func change(_ name: String, _ body: (inout AccessToken) -> Void) {
        state.withLock { all in
            for index in all.indices where all[index].token.name == name { body(&all[index].token) }
        }
    }

    func insert(_ token: AccessToken, digest: String) throws(Failure) {
        try state.withLock { all throws(Failure) in
            if all.contains(where: { $0.token.name == token.name && $0.token.revoked == nil }) {
                throw Failure(.conflict, "there is a token '\(token.name)' already")
            }
            all.append((token, digest))
        }
    }

    func accessToken(_ id: String) throws(Failure) -> (token: AccessToken, digest: String)? {
        state.withLock { $0.first { $0.token.id == id } }
    }

    func accessTokens() throws(Failure) -> [AccessToken] { state.withLock { $0.map(\.token) } }

    func revokeAccessToken(_ id: String, at time: Int64) throws(Failure) -> Bool {
        state.withLock { all in
            guard let index = all.firstIndex(where: { $0.token.id == id && $0.token.revoked == nil }) else {
                return false
            }
            all[index].token.revoked = time
            return true
        }
    }

    func removeAccessTokens(of owner: AccountReference) throws(Failure) -> Int {
        state.withLock { all in
            let before = all.count
            all.removeAll { $0.token.owner.isSame(as: owner) }
            return before - all.count
        }
    }

    func noteUse(ofAccessToken id: String, at time: Int64) throws(Failure) {
        state.withLock { all in
            for index in all.indices where all[index].token.id == id { all[index].token.used = time }
        }
    }
}
