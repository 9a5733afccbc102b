/// Where a piece of guest memory lies: for the guest, for QEMU, and in the file that QEMU passed.
package struct MemoryRegion: Equatable, Sendable {
    package let guestAddress: UInt64
    package let byteCount: UInt64
    package let userAddress: UInt64
    package let fileOffset: UInt64

    package init(guestAddress: UInt64, byteCount: UInt64, userAddress: UInt64, fileOffset: UInt64) {
        self.guestAddress = guestAddress
        self.byteCount = byteCount
        self.userAddress = userAddress
        self.fileOffset = fileOffset
    }

    /// No address space of this machine is larger; sums of two such numbers cannot overflow.
    private static let largestAddress: UInt64 = 1 << 57

    func validate() throws(MemoryFault) {
        guard byteCount > 0 else { throw .empty }
        guard byteCount <= 1 << 46, guestAddress < Self.largestAddress, userAddress < Self.largestAddress,
            fileOffset < Self.largestAddress
        else { throw .overflow }
    }

    func overlaps(_ other: MemoryRegion) -> Bool {
        Self.overlap(guestAddress, byteCount, other.guestAddress, other.byteCount)
            || Self.overlap(userAddress, byteCount, other.userAddress, other.byteCount)
    }

    private static func overlap(_ a: UInt64, _ aCount: UInt64, _ b: UInt64, _ bCount: UInt64) -> Bool {
        a < b + bCount && b < a + aCount
    }
}
