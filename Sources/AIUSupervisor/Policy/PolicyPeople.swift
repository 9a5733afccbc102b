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
    private static let most = 4096

    private let lookUp: @Sendable (UInt32) -> Account?
    private let steady: @Sendable () -> Duration
    private let known = Mutex<[UInt32: (account: Account, time: Duration)]>([:])

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
        guard let account = lookUp(user) else { return last?.account }
        known.withLock { known in
            if known.count >= Self.most { known = [:] }
            known[user] = (account, now)
        }
        return account
    }
}
