/// The verbs beyond making, starting and stopping. All do nothing, and say so, where things are as asked already.
package protocol LifeCycleControl: Sendable {
    /// Holds a running VM's processors.
    func pause(_ name: VMName) async throws(Failure) -> VMView
    func resume(_ name: VMName) async throws(Failure) -> VMView
    /// Deleted VMs that can still be recovered, the last deleted first.
    func deletedVMs() async -> [VMView]
    func logs(ofDeleted reference: VMReference) async throws(Failure) -> LogFiles
    func recover(_ reference: VMReference, as name: VMName?) async throws(Failure) -> VMView
    /// Removes a deleted VM for good.
    func purge(_ reference: VMReference) async throws(Failure)
    func rename(_ name: VMName, to new: VMName) async throws(Failure) -> VMView
    func clone(_ name: VMName, _ request: CloneVM) async throws(Failure) -> VMView
    /// Changes what is only written down: protection and labels.
    func update(_ name: VMName, _ request: UpdateVM) async throws(Failure) -> VMView
    func prune(_ request: PruneSystem) async throws(Failure) -> PruneReport
    func profiles() async throws(Failure) -> [Profile]
    func setProfile(_ profile: Profile) async throws(Failure) -> Profile
    func deleteProfile(_ name: ProfileName) async throws(Failure)
    /// The VM's serial port as a connected, blocking socket that the caller owns.
    func attach(_ name: VMName) async throws(Failure) -> Int32
}
