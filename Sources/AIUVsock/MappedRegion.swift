internal import AIUSystem
internal import Glibc

/// A piece of guest memory in this process, unmapped when nobody needs it.
@safe final class MappedRegion {
    let region: MemoryRegion
    private let mapping: UnsafeMutableRawPointer
    private let mappingLength: Int
    private let base: UnsafeMutableRawPointer

    init(_ region: MemoryRegion, file: borrowing FileDescriptor) throws(MemoryFault) {
        try region.validate()
        let information: stat
        do throws(SystemError) { information = try file.metadata() } catch { throw .system(error) }
        let needed = region.fileOffset + region.byteCount
        let has = UInt64(clamping: information.st_size)
        // Memory beyond the end of the file would kill this process with SIGBUS at the first access.
        guard needed <= has else { throw .beyondFile(needed: needed, has: has) }
        // A file of huge pages only maps at multiples of them.
        let page = UInt64(max(4096, Int(information.st_blksize)))
        let slack = region.fileOffset % page
        let length = Int(region.byteCount + slack)
        let address = unsafe mmap(
            nil, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file.raw,
            off_t(region.fileOffset - slack))
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw .system(SystemError("map guest memory", code: .current))
        }
        // A crash report must not contain the guest's memory.
        _ = unsafe madvise(address, length, MADV_DONTDUMP)
        self.region = region
        unsafe mapping = address
        mappingLength = length
        unsafe base = address + Int(slack)
    }

    deinit { unsafe munmap(mapping, mappingLength) }

    func contains(guest address: UInt64) -> Bool {
        address >= region.guestAddress && address - region.guestAddress < region.byteCount
    }

    /// The memory at a guest address, if all of it is in this region.
    func pointer(guest address: UInt64, _ count: UInt64) -> UnsafeMutableRawPointer? {
        unsafe pointer(offset: address &- region.guestAddress, count)
    }

    /// The memory at an address of QEMU's, if all of it is in this region.
    func pointer(user address: UInt64, _ count: UInt64) -> UnsafeMutableRawPointer? {
        unsafe pointer(offset: address &- region.userAddress, count)
    }

    private func pointer(offset: UInt64, _ count: UInt64) -> UnsafeMutableRawPointer? {
        guard offset < region.byteCount, count <= region.byteCount - offset else { return nil }
        return unsafe base + Int(offset)
    }
}
