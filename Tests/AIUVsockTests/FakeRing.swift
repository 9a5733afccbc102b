import AIUSystem
import CLinux
import Glibc

/// One virtqueue as a guest's driver sees it.
final class FakeRing {
    struct Piece {
        var offset: Int
        var length: Int
    }

    static let next: UInt16 = 1
    static let write: UInt16 = 2
    static let indirect: UInt16 = 4

    let memory: FakeMemory
    let size: Int
    let descriptors: Int
    let available: Int
    let used: Int
    let kick: Int32
    let call: Int32
    var availableIndex: UInt16 = 0
    var usedSeen: UInt16 = 0
    private var nextDescriptor = 0

    init(_ memory: FakeMemory, at offset: Int, size: Int) {
        self.memory = memory
        self.size = size
        descriptors = offset
        available = offset + 16 * 1024
        used = available + 4096
        kick = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        call = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    }

    deinit {
        close(kick)
        close(call)
    }

    func describe(_ index: Int, address: UInt64, length: UInt32, flags: UInt16, next: UInt16) {
        describe(inTable: descriptors, index, address: address, length: length, flags: flags, next: next)
    }

    func describe(
        inTable table: Int, _ index: Int, address: UInt64, length: UInt32, flags: UInt16, next: UInt16
    ) {
        memory.store(address, at: table + 16 * index)
        memory.store(length, at: table + 16 * index + 8)
        memory.store(flags, at: table + 16 * index + 12)
        memory.store(next, at: table + 16 * index + 14)
    }

    /// Describes the pieces as one chain and offers it; the head.
    @discardableResult
    func offer(_ pieces: [Piece], flags: UInt16, indirectTable: Int? = nil) -> UInt16 {
        let head = nextDescriptor
        if let indirectTable {
            for (index, piece) in pieces.enumerated() {
                let isLast = index == pieces.count - 1
                describe(
                    inTable: indirectTable, index, address: FakeMemory.guestBase + UInt64(piece.offset),
                    length: UInt32(piece.length), flags: flags | (isLast ? 0 : Self.next), next: UInt16(index + 1))
            }
            describe(
                head, address: FakeMemory.guestBase + UInt64(indirectTable), length: UInt32(16 * pieces.count),
                flags: Self.indirect, next: 0)
            nextDescriptor = (nextDescriptor + 1) % size
        } else {
            for (index, piece) in pieces.enumerated() {
                let isLast = index == pieces.count - 1
                let following = (nextDescriptor + 1) % size
                describe(
                    nextDescriptor, address: FakeMemory.guestBase + UInt64(piece.offset),
                    length: UInt32(piece.length), flags: flags | (isLast ? 0 : Self.next), next: UInt16(following))
                nextDescriptor = following
            }
        }
        offer(head: UInt16(head))
        return UInt16(head)
    }

    func offer(head: UInt16) {
        memory.store(head, at: available + 4 + 2 * (Int(availableIndex) % size))
        availableIndex &+= 1
        publish(availableIndex)
    }

    func publish(_ index: UInt16) { memory.store(index, at: available + 2) }

    /// What the device has finished since the last time.
    func takeUsed() -> [(head: UInt16, written: Int)] {
        let index: UInt16 = memory.load(used + 2)
        var result: [(head: UInt16, written: Int)] = []
        while usedSeen != index {
            let slot = used + 4 + 8 * (Int(usedSeen) % size)
            result.append(
                (UInt16(memory.load(slot, as: UInt32.self)), Int(memory.load(slot + 4, as: UInt32.self))))
            usedSeen &+= 1
        }
        return result
    }

    func kickDevice() { _ = eventfd_write(kick, 1) }

    /// Whether the device has interrupted since the last time.
    func takeInterrupt() -> Bool {
        var count: eventfd_t = 0
        return unsafe eventfd_read(call, &count) == 0
    }

    /// The index at which the driver wants the next interrupt.
    func setUsedEvent(_ index: UInt16) { memory.store(index, at: available + 4 + 2 * size) }

    /// The index at which the device wants the next kick.
    var availableEvent: UInt16 { memory.load(used + 4 + 8 * size) }
    var deviceFlags: UInt16 { memory.load(used) }
    func setDriverFlags(_ flags: UInt16) { memory.store(flags, at: available) }
}
