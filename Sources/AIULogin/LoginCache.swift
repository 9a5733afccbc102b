internal import AIUDigest
internal import AIUModel
internal import Synchronization

/// Whom a directory knew a moment ago. Passwords only as digests with a salt that lives as long as this process.
final class LoginCache: Sendable {
    private struct Entry {
        let account: Account
        /// Nil when they were only looked up.
        let proof: String?
        let until: ContinuousClock.Instant
    }

    private static let most = 1024

    private let life: Duration
    private let salt: String
    private let entries = Mutex<[String: Entry]>([:])

    init(life: Duration) {
        self.life = life
        var generator = SystemRandomNumberGenerator()
        salt = (0..<4).map { _ in "\(generator.next())" }.joined(separator: "-")
    }

    /// For a login the password must be the one that was good; a look-up takes either.
    func account(_ name: String, password: String?) -> Account? {
        guard let entry = entries.withLock({ $0[key(name, password)] }), entry.until > .now else { return nil }
        guard let password else { return entry.account }
        guard let proof = entry.proof, ConstantTime.equal(proof, digest(name, password)) else { return nil }
        return entry.account
    }

    func keep(_ account: Account, _ name: String, password: String?) {
        guard life > .zero else { return }
        let entry = Entry(account: account, proof: password.map { digest(name, $0) }, until: .now + life)
        let key = key(name, password)
        entries.withLock { entries in
            if entries.count >= Self.most { entries = entries.filter { $0.value.until > .now } }
            if entries.count >= Self.most { entries = [:] }
            entries[key] = entry
        }
    }

    private func key(_ name: String, _ password: String?) -> String { (password == nil ? "?" : "!") + name }

    private func digest(_ name: String, _ password: String) -> String {
        SHA256.hex(of: "\(salt)\u{0}\(name)\u{0}\(password)")
    }
}
