internal import Synchronization

/// Names and groups of users, kept for a short time: a directory service may be slow, and a policy is asked often.
package final class PolicyPeople: Sendable {
    /// Somebody as the host's directory has them.
    package struct Account: Equatable, Sendable {
        package var name: String?
        package var groups: [String]

        package init(name: String?, groups: [String]) {
            self.name = name
            self.groups = groups
        }
    }

    private static let freshness: Duration = .seconds(30)
    /// Until somebody who was not found is looked up again.
    private static let pause: Duration = .seconds(2)
    private static let mostAtOnce = 32
    private static let most = 4096

    private let lookUp: @Sendable (UInt32) -> Account?
    private let steady: @Sendable () -> Duration
    private let known = Mutex<[UInt32: (account: Account, time: Duration)]>([:])
    /// Those of whom nothing was ever known, and when that was found out last.
    private let missing = Mutex<[UInt32: Duration]>([:])

    package init(
        lookUp: @escaping @Sendable (UInt32) -> Account?, steady: @escaping @Sendable () -> Duration
    ) {
        self.lookUp = lookUp
        self.steady = steady
    }

    /// What was known last where the directory does not answer: nobody loses a limit because it is away.
    func account(of user: UInt32) -> Account? {
        let now = steady()
        let last = known.withLock { $0[user] }
        if let last, now - last.time < Self.freshness { return last.account }
        if last == nil, let time = missing.withLock({ $0[user] }), now - time < Self.pause { return nil }
        return find(user, now) ?? last?.account
    }

    /// Those that policies ask for and nobody knows.
    var strangers: [UInt32] { missing.withLock { $0.keys.sorted() } }

    /// Looks again for those who were not found; whether one of them is known now.
    func lookAgain() -> Bool {
        let now = steady()
        return strangers.prefix(Self.mostAtOnce).filter { find($0, now) != nil }.isEmpty == false
    }

    private func find(_ user: UInt32, _ now: Duration) -> Account? {
        guard let account = lookUp(user) else {
            // Who was known before goes on as they were.
            guard known.withLock({ $0[user] }) == nil else { return nil }
            missing.withLock { missing in
                if missing.count >= Self.most { missing = [:] }
                missing[user] = now
            }
            return nil
        }
        missing.withLock { $0[user] = nil }
        known.withLock { known in
            if known.count >= Self.most { known = [:] }
            known[user] = (account, now)
        }
        return account
    }
}
