/// Which requests of the ledger somebody wants to see; the newest first.
package struct TokenHistoryQuery: Equatable, Sendable {
    package static let most = 1000

    package var user: UInt32?
    /// Of people who have no number here.
    package var name: String?
    package var vm: VMName?
    package var project: String?
    package var id: RequestID?
    package var since: Int64?
    /// Only those that began before this one.
    package var before: RequestID?
    package var limit: Int

    package init(
        user: UInt32? = nil, vm: VMName? = nil, project: String? = nil, id: RequestID? = nil,
        since: Int64? = nil,
        limit: Int = 100
    ) {
        self.user = user
        self.vm = vm
        self.project = project
        self.id = id
        self.since = since
        self.limit = limit
    }
}
