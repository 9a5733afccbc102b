/// The authority over tokens. What it cannot write down it does not grant.
package protocol Ledger: Sendable {
    /// Reserves prompt and answer in every budget or in none. The answer may be granted shorter than asked for; refused
    /// as `exhausted`, with the budget that is short, when not even the prompt and one token fit.
    /// The same request again gets the same grant and is never counted twice.
    func reserve(_ request: TokenRequest) async throws(Failure) -> TokenGrant
    /// Leases the next piece of a grant: its cell may count further when this returns. Gives the new total.
    func lease(_ id: RequestID) async throws(Failure) -> Int
    /// Ends a request: charges the prompt and what was let through, gives the rest back. Again is fine.
    func settle(_ id: RequestID, delivered: Int, _ end: TokenEnd) async throws(Failure)
    /// How these budgets stand, also those that nobody used yet.
    func accounts(_ budgets: [AppliedBudget]) async throws(Failure) -> [TokenAccount]
    func history(_ query: TokenHistoryQuery) async throws(Failure) -> [TokenRecord]
    func forecast(_ budgets: [AppliedBudget]) async throws(Failure) -> [TokenForecast]
    /// Adds tokens to a budget's current window, once.
    func grant(_ tokens: Int, to budget: AppliedBudget, policy: Int64) async throws(Failure) -> TokenAccount
    /// Takes a person out of what has ended, and removes the accounts that were theirs alone. Gives how many requests told
    /// of them.
    func forget(_ who: AccountReference) async throws(Failure) -> Int
    /// What is reached and used up from the first call on. One consumer.
    var news: AsyncStream<TokenNews> { get }
}
