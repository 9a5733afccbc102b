/// Base images, state disks and what is in them.
package protocol Images: Sendable {
    /// The newest installed image of a flavour, its digests checked.
    func image(flavour: String) async throws(Failure) -> BaseImage
    /// A certain installed image, its digests checked.
    func image(digest: String) async throws(Failure) -> BaseImage
    /// Makes the state disks of new VMs, each with its configuration inside. All or none.
    func createStateDisks(_ disks: [NewStateDisk]) async throws(Failure)
    /// Removes a VM's folder with its disk. One that is gone is fine.
    func removeState(of id: VMID) async throws(Failure)
    func stateDiskPath(of id: VMID) -> String
    /// The folder for what the host keeps of a VM: console and agent logs.
    func folder(of id: VMID) -> String
    /// Reads a file of a stopped VM.
    func readFile(_ path: String, of id: VMID) async throws(Failure) -> [UInt8]
    /// Writes a file of a stopped VM.
    func writeFile(_ path: String, _ bytes: [UInt8], of id: VMID) async throws(Failure)
    /// Folders of VMs on disk, known to the supervisor or not.
    func statesOnDisk() async throws(Failure) -> Set<VMID>
    func usage() async throws(Failure) -> DiskUsage
}

/// A state disk to make.
package struct NewStateDisk: Equatable, Sendable {
    package var id: VMID
    package var size: ByteCount
    package var configuration: [UInt8]

    package init(id: VMID, size: ByteCount, configuration: [UInt8]) {
        self.id = id
        self.size = size
        self.configuration = configuration
    }
}

/// What the state directory takes on disk, in bytes really allocated.
package struct DiskUsage: Equatable, Sendable, Codable {
    package var images: ByteCount
    package var stamps: ByteCount
    package var vms: [String: ByteCount]
    package var free: ByteCount

    package init(images: ByteCount, stamps: ByteCount, vms: [String: ByteCount], free: ByteCount) {
        self.images = images
        self.stamps = stamps
        self.vms = vms
        self.free = free
    }
}
