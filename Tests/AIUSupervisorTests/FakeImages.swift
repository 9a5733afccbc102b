import AIUModel
import AIUSystem
import Glibc
import Synchronization

/// Disks that are entries of a dictionary.
final class FakeImages: Images {
    let disks = Mutex<[VMID: [UInt8]]>([:])
    /// What a prune may find.
    let surplus = Mutex<(images: Set<String>, stamps: Set<String>)>(([], []))
    /// Of disks that have grown.
    let sizes = Mutex<[VMID: ByteCount]>([:])
    let encrypted = Mutex<Set<VMID>>([])
    let keyRefusal = Mutex<Failure?>(nil)
    let refusal = Mutex<Failure?>(nil)
    let removalRefusal = Mutex<Failure?>(nil)
    let beforeCopy = Mutex<(@Sendable () async -> Void)?>(nil)
    /// Where disks that archives bring are real files; nowhere when empty.
    let root = Mutex("")
    static let base = BaseImage(
        flavour: "micro", digest: "0123456789abcdef", kernelPath: "/k", rootPath: "/r", kernelDigest: "k")

    func image(flavour: String) async throws(Failure) -> BaseImage {
        guard flavour == "micro" else { throw Failure(.unavailable, "no image of flavour \(flavour)") }
        return Self.base
    }

    func image(digest: String) async throws(Failure) -> BaseImage {
        guard digest == Self.base.digest else { throw Failure(.unavailable, "no image \(digest)") }
        return Self.base
    }

    func createStateDisks(_ disks: [NewStateDisk]) async throws(Failure) {
        for disk in disks { self.disks.withLock { $0[disk.id] = disk.configuration } }
        for disk in disks where disk.encrypted { encrypted.withLock { _ = $0.insert(disk.id) } }
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
    }

    func copyState(of source: VMID, to target: VMID) async throws(Failure) {
        await beforeCopy.withLock { $0 }?()
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
        let copied = disks.withLock { disks in
            guard let disk = disks[source], disks[target] == nil else { return false }
            disks[target] = disk
            encrypted.withLock { if $0.contains(source) { $0.insert(target) } }
            return true
        }
        guard copied else { throw Failure(.notFound, "no disk to copy") }
    }

    func createEmptyState(of id: VMID, size: ByteCount, room: ByteCount) async throws(Failure) {
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
        disks.withLock { $0[id] = [] }
        guard root.withLock({ !$0.isEmpty }) else { return }
        do throws(SystemError) {
            try Files.makeFolder(folder(of: id))
            try FileDescriptor.open(stateDiskPath(of: id), O_RDWR | O_CREAT).truncate(to: Int64(size.bytes))
        } catch {
            throw Failure(.internalError, "\(error)")
        }
    }

    func writeConfiguration(_ bytes: [UInt8], of id: VMID, over present: String?) async throws(Failure) {
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
        disks.withLock { $0[id] = bytes }
    }

    func growState(of id: VMID, to size: ByteCount) async throws(Failure) {
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
        sizes.withLock { $0[id] = max($0[id] ?? ByteCount(bytes: 0), size) }
    }

    func removeState(of id: VMID) async throws(Failure) {
        if let refusal = removalRefusal.withLock({ $0 }) { throw refusal }
        disks.withLock { $0[id] = nil }
    }
    func diskKey(of id: VMID) async throws(Failure) -> DiskKey? {
        if let refusal = keyRefusal.withLock({ $0 }) { throw refusal }
        return encrypted.withLock { $0.contains(id) } ? DiskKey(Array(repeating: UInt8(ascii: "a"), count: 64)) : nil
    }
    func stateDiskPath(of id: VMID) -> String { "\(folder(of: id))/state.img" }
    func folder(of id: VMID) -> String { "\(root.withLock { $0 })/vms/\(id)" }
    func readFile(_ path: String, of id: VMID) async throws(Failure) -> [UInt8] { disks.withLock { $0[id] ?? [] } }
    func writeFile(_ path: String, _ bytes: [UInt8], of id: VMID) async throws(Failure) {
        disks.withLock { $0[id] = bytes }
    }
    func statesOnDisk() async throws(Failure) -> Set<VMID> { Set(disks.withLock { $0.keys }) }
    func removeStray(_ id: VMID) async throws(Failure) { disks.withLock { $0[id] = nil } }
    func unusedImages(keeping digests: Set<String>) async throws(Failure) -> [StoredItem] {
        surplus.withLock { $0.images.subtracting(digests) }.sorted().map { StoredItem(name: $0, size: .mebibytes(1)) }
    }
    func removeImage(_ digest: String) async throws(Failure) { surplus.withLock { _ = $0.images.remove(digest) } }
    func unusedStamps() async throws(Failure) -> [StoredItem] {
        surplus.withLock { $0.stamps }.sorted().map { StoredItem(name: $0, size: .mebibytes(1)) }
    }
    func removeStamp(_ name: String) async throws(Failure) { surplus.withLock { _ = $0.stamps.remove(name) } }
    func usage() async throws(Failure) -> DiskUsage {
        DiskUsage(images: .mebibytes(1), stamps: .mebibytes(1), cache: .mebibytes(1), vms: [:], free: .gibibytes(1))
    }
}
