/// Base images, state disks and what is in them.
package protocol Images: Sendable {
    /// The newest installed image of a flavour, its digests checked.
    func image(flavour: String) async throws(Failure) -> BaseImage
    /// A certain installed image, its digests checked.
    func image(digest: String) async throws(Failure) -> BaseImage
    /// Makes the state disks of new VMs, each with its configuration inside. All or none.
    func createStateDisks(_ disks: [NewStateDisk]) async throws(Failure)
    /// Makes a VM's disk a copy of another one's, which nobody may write to meanwhile. All or nothing.
    func copyState(of source: VMID, to target: VMID) async throws(Failure)
    /// Makes an empty, sparse disk with room for so many bytes of data, which the caller then writes to `stateDiskPath`.
    func createEmptyState(of id: VMID, size: ByteCount, room: ByteCount) async throws(Failure)
    /// Replaces the configuration inside a stopped VM's disk. `present` is the digest of the document that it holds,
    /// where that is known: then it is found fast also after a guest had the disk.
    func writeConfiguration(_ bytes: [UInt8], of id: VMID, over present: String?) async throws(Failure)
    /// Makes a stopped VM's disk larger; the guest grows its file system when it boots. One that is that large is fine.
    func growState(of id: VMID, to size: ByteCount) async throws(Failure)
    /// Removes a VM's folder with its disk. One that is gone is fine.
    func removeState(of id: VMID) async throws(Failure)
    /// What opens a VM's disk; nil for one that is not encrypted.
    func diskKey(of id: VMID) async throws(Failure) -> DiskKey?
    func stateDiskPath(of id: VMID) -> String
    /// The folder for what the host keeps of a VM: console and agent logs.
    func folder(of id: VMID) -> String
    /// Reads a file of a stopped VM.
    func readFile(_ path: String, of id: VMID) async throws(Failure) -> [UInt8]
    /// Writes a file of a stopped VM.
    func writeFile(_ path: String, _ bytes: [UInt8], of id: VMID) async throws(Failure)
    /// Folders of VMs on disk, known to the supervisor or not.
    func statesOnDisk() async throws(Failure) -> Set<VMID>
    /// Removes the folder of a VM that nobody knows, unless a machine still uses its disk.
    func removeStray(_ id: VMID) async throws(Failure)
    /// Installed images that are not to be kept and are not the newest of their flavour.
    func unusedImages(keeping digests: Set<String>) async throws(Failure) -> [StoredItem]
    /// Removes an image that is not the newest of its flavour. One that is gone is fine.
    func removeImage(_ digest: String) async throws(Failure)
    /// Stamps of former layouts.
    func unusedStamps() async throws(Failure) -> [StoredItem]
    /// Removes a stamp of a former layout. One that is gone is fine.
    func removeStamp(_ name: String) async throws(Failure)
    func usage() async throws(Failure) -> DiskUsage
}

/// Something in the state directory, by name, and what it takes on disk.
package struct StoredItem: Equatable, Sendable {
    package var name: String
    package var size: ByteCount

    package init(name: String, size: ByteCount) {
        self.name = name
        self.size = size
    }
}

/// A state disk to make.
package struct NewStateDisk: Equatable, Sendable {
    package var id: VMID
    package var size: ByteCount
    package var configuration: [UInt8]
    /// Under a key of its own.
    package var encrypted: Bool

    package init(id: VMID, size: ByteCount, configuration: [UInt8], encrypted: Bool = false) {
        self.id = id
        self.size = size
        self.configuration = configuration
        self.encrypted = encrypted
    }
}

/// What the state directory takes on disk, in bytes really allocated.
package struct DiskUsage: Equatable, Sendable, Codable {
    package var images: ByteCount
    package var stamps: ByteCount
    /// What is made anew when it is missing, most of it libguestfs's appliance.
    package var cache: ByteCount
    package var models: ByteCount
    package var vms: [String: ByteCount]
    package var free: ByteCount

    package init(
        images: ByteCount, stamps: ByteCount, cache: ByteCount, models: ByteCount = ByteCount(bytes: 0),
        vms: [String: ByteCount], free: ByteCount
    ) {
        self.images = images
        self.stamps = stamps
        self.cache = cache
        self.models = models
        self.vms = vms
        self.free = free
    }
}
