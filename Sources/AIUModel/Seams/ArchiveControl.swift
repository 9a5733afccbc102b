/// VMs as single files. Both answer with a connected, blocking socket that the caller owns and on which frames go:
/// `data` with the archive's bytes, then `done`; or `failed` with the reason.
package protocol ArchiveControl: Sendable {
    /// Of a running VM only when `live`: it is paused while its disk is read.
    func beginExport(of name: VMName, live: Bool) async throws(Failure) -> Int32
    /// After the caller's `done` the answer is `done` with the new VM's view as JSON.
    func beginImport(as name: VMName?, for owner: VMOwner?) async throws(Failure) -> Int32
}
