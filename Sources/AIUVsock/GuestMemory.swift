package import AIUSystem

/// All of the guest's memory. Pointers into it are valid until the table changes.
@safe package final class GuestMemory {
    /// Sorted by guest address.
    private var regions: [MappedRegion] = []
    private var lastHit = 0

    package init() {}

    package var count: Int { regions.count }

    package func removeAll() {
        regions = []
        lastHit = 0
    }

    package func add(_ region: MemoryRegion, file: borrowing FileDescriptor) throws(MemoryFault) {
        guard regions.count < Limits.memoryRegions else { throw .tooMany(limit: Limits.memoryRegions) }
        try region.validate()
        guard !regions.contains(where: { $0.region.overlaps(region) }) else {
            throw .overlap(guestAddress: region.guestAddress)
        }
        let mapped = try MappedRegion(region, file: file)
        let position = regions.firstIndex { $0.region.guestAddress > region.guestAddress } ?? regions.endIndex
        regions.insert(mapped, at: position)
        lastHit = 0
    }

    /// Removes the region with these addresses; its offset in the file does not count.
    package func remove(_ region: MemoryRegion) throws(MemoryFault) {
        let index = regions.firstIndex {
            $0.region.guestAddress == region.guestAddress && $0.region.byteCount == region.byteCount
                && $0.region.userAddress == region.userAddress
        }
        guard let index else { throw .unknown(guestAddress: region.guestAddress) }
        regions.remove(at: index)
        lastHit = 0
    }

    /// The memory at a guest address, nil unless all of it lies in one region.
    func pointer(guest address: UInt64, _ count: UInt64) -> UnsafeMutableRawPointer? {
        if lastHit < regions.count, regions[lastHit].contains(guest: address) {
            return unsafe regions[lastHit].pointer(guest: address, count)
        }
        var low = 0
        var high = regions.count
        while low < high {
            let middle = (low + high) / 2
            if regions[middle].region.guestAddress <= address { low = middle + 1 } else { high = middle }
        }
        guard low > 0, regions[low - 1].contains(guest: address) else { return nil }
        lastHit = low - 1
        return unsafe regions[low - 1].pointer(guest: address, count)
    }

    /// The memory at an address of QEMU's, nil unless all of it lies in one region.
    func pointer(user address: UInt64, _ count: UInt64) -> UnsafeMutableRawPointer? {
        for region in regions {
            if let pointer = unsafe region.pointer(user: address, count) { return unsafe pointer }
        }
        return nil
    }
}
