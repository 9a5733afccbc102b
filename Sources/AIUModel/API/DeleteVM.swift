/// How to delete a VM.
package struct DeleteVM: Equatable, Sendable, Codable {
    /// Also one that runs.
    package var force: Bool
    /// Without keeping its disk for a recovery.
    package var purge: Bool

    package init(force: Bool = false, purge: Bool = false) {
        self.force = force
        self.purge = purge
    }
}
