package import AIUModel

/// What has to be on the disk before anybody is answered.
package struct LedgerChanges: Hashable, Sendable {
    /// Tokens that were charged to an account on one day, for forecasts.
    package struct Spent: Hashable, Sendable {
        package var account: String
        package var day: Int64
    }

    package var accounts: Set<String> = []
    /// By their names: those that began, that may let more through, that ended.
    package var requests: Set<RequestID> = []
    /// Requests that ended, which the state itself does not keep.
    package var ended: [RequestID: RequestState] = [:]
    package var spent: [Spent: Int] = [:]
    /// To be told when all this is on the disk.
    package var news: [TokenNews] = []

    package init() {}

    package var isEmpty: Bool { accounts.isEmpty && requests.isEmpty && ended.isEmpty && news.isEmpty }
}
