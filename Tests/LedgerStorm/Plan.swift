import AIUModel

/// What everybody asks for in one run: the same in every process of it.
struct Plan {
    let seed: UInt64
    let requests: Int
    let cap: Int

    private static let users = 10

    static func id(_ index: Int) -> RequestID { RequestID("r\(index)") ?? .random() }

    static func index(_ id: RequestID) -> Int? { Int(id.text.dropFirst()) }

    /// For all together, and for each user so little that it is felt too.
    func budgets(_ subject: TokenSubject) -> [AppliedBudget] {
        let all = TokenBudget(name: "all", tokens: cap, window: .never, warnAt: [500, 900])
        let each = TokenBudget(name: "each", tokens: cap / 8, window: .never, each: .user)
        return [all, each].map { AppliedBudget($0, of: .host, for: subject) }
    }

    func subject(_ index: Int) -> TokenSubject { TokenSubject(user: UInt32(1000 + index % Self.users)) }

    var everybody: [TokenSubject] { (0..<Self.users).map { subject($0) } }

    func request(_ index: Int) -> TokenRequest {
        var random = Random(seed, UInt64(index))
        let subject = subject(index)
        return TokenRequest(
            id: Self.id(index), subject: subject, policy: 1, budgets: budgets(subject),
            promptTokens: .random(in: 1...20, using: &random), responseMax: .random(in: 1...150, using: &random))
    }
}
