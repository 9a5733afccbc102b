/// What an administrator chose for the supervisor.
package struct SupervisorSettings: Equatable, Sendable {
    /// How long the disk of a deleted VM is kept for a recovery. Zero keeps none.
    package var keepDeleted: Duration

    package init(keepDeleted: Duration = .seconds(7 * 24 * 3600)) { self.keepDeleted = keepDeleted }
}
