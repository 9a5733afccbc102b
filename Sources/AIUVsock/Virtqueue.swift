package import AIUSystem
internal import Glibc

/// One split virtqueue as the device sees it. Chains are used in the order in which the guest offers them, and none
/// is held from one turn to the next, so stopping is possible at any time.
@safe package final class Virtqueue {
    /// Where the three parts of a ring lie, as addresses of QEMU's.
    package struct Addresses: Equatable, Sendable {
        package let descriptors: UInt64
        package let used: UInt64
        package let available: UInt64

        package init(descriptors: UInt64, used: UInt64, available: UInt64) {
            self.descriptors = descriptors
            self.used = used
            self.available = available
        }
    }

    /// A chain that the guest offers: its first descriptor, and which segments of the list it became.
    package struct Chain {
        package let head: UInt16
        package let segments: Range<Int>
        package let byteCount: Int
    }

    /// The guest may write what this queue's chains describe (it receives), or only read it.
    package enum Direction: Sendable { case toGuest, fromGuest }

    let direction: Direction
    let memory: GuestMemory
    package private(set) var size: UInt16 = 0
    package private(set) var nextAvailable: UInt16 = 0
    package private(set) var fault: RingFault?
    package var enabled = false
    package private(set) var started = false
    package var usesEventIndex = false
    package var allowsIndirect = false

    private var addresses: Addresses?
    private var nextUsed: UInt16 = 0
    private var signalled: UInt16 = 0
    private(set) var descriptors: UnsafeMutableRawPointer?
    private var available: UnsafeMutableRawPointer?
    private var used: UnsafeMutableRawPointer?
    private var kick: FileDescriptor?
    private var call: FileDescriptor?
    private var failure: FileDescriptor?

    package init(_ direction: Direction, memory: GuestMemory) {
        self.direction = direction
        self.memory = memory
    }

    /// Whether chains may be taken.
    package var isRunning: Bool { unsafe started && enabled && fault == nil && size > 0 && used != nil }

    // MARK: Configuration

    package func setSize(_ value: UInt32) -> Bool {
        guard !started, value > 0, value <= UInt32(Limits.queueSize), value & (value - 1) == 0 else { return false }
        size = UInt16(value)
        return resolve()
    }

    package func setBase(_ index: UInt16) {
        nextAvailable = index
        fault = nil
    }

    /// Finds the ring in memory; false when it is not all there.
    package func setAddresses(_ value: Addresses) -> Bool {
        addresses = value
        guard resolve() else { return false }
        if let used = unsafe used {
            nextUsed = unsafe SharedWord.loadAcquiring(used + 2)
            signalled = nextUsed
        }
        return true
    }

    /// Looks the ring up again after the memory table changed. True when there is nothing to look up yet.
    @discardableResult
    package func resolve() -> Bool {
        unsafe descriptors = nil
        unsafe available = nil
        unsafe used = nil
        guard let addresses, size > 0 else { return true }
        let count = UInt64(size)
        guard let table = unsafe memory.pointer(user: addresses.descriptors, count * 16),
            let offered = unsafe memory.pointer(user: addresses.available, count * 2 + 6),
            let returned = unsafe memory.pointer(user: addresses.used, count * 8 + 6),
            UInt(bitPattern: table) % 16 == 0, UInt(bitPattern: offered) % 2 == 0,
            UInt(bitPattern: returned) % 4 == 0
        else { return false }
        unsafe descriptors = table
        unsafe available = offered
        unsafe used = returned
        return true
    }

    package func start() { started = true }

    /// Stops the ring; the next chain it would have taken.
    package func stop() -> UInt16 {
        if started { notify() }
        started = false
        enabled = false
        fault = nil
        addresses = nil
        resolve()
        kick = nil
        call = nil
        failure = nil
        return nextAvailable
    }

    /// The descriptor on which the guest says that it offers more, as long as the queue keeps it open.
    package var kickDescriptor: Int32? { kick?.raw }

    package func setKick(_ descriptor: consuming FileDescriptor?) { kick = descriptor }

    package func setCall(_ descriptor: consuming FileDescriptor?) { call = descriptor }
    package func setFailure(_ descriptor: consuming FileDescriptor?) { failure = descriptor }

    // MARK: Chains

    /// How many chains wait, checked.
    package func waiting() throws(RingFault) -> UInt16 {
        guard let available = unsafe available else { return 0 }
        let index = unsafe SharedWord.loadAcquiring(available + 2)
        let count = index &- nextAvailable
        guard count <= size else { throw .indexJumped(from: nextAvailable, to: index) }
        return count
    }

    /// Appends the chain that comes `ahead` after the next one to a list, without taking it; nil when there is none,
    /// or, for a later one, no room in the list.
    package func peek(ahead: UInt16 = 0, into list: SegmentList) throws(RingFault) -> Chain? {
        guard ahead < (try waiting()), let available = unsafe available else { return nil }
        let slot = Int((nextAvailable &+ ahead) & (size - 1))
        let head = unsafe SharedWord.loadAcquiring(available + 4 + 2 * slot)
        guard head < size else { throw .headOutOfRange(head) }
        let start = list.count
        let bytesBefore = list.byteCount
        do throws(RingFault) {
            try walk(head, into: list)
        } catch {
            guard error == .chainTooLong, ahead > 0 else { throw error }
            list.truncate(to: start)
            return nil
        }
        return Chain(head: head, segments: start..<list.count, byteCount: list.byteCount - bytesBefore)
    }

    /// Gives the next chain back to the guest, with so many bytes written. The guest sees it at once, and is told
    /// about it by `notify`.
    package func complete(_ chain: Chain, written: Int) {
        guard let used = unsafe used else { return }
        let slot = unsafe used + 4 + 8 * Int(nextUsed & (size - 1))
        unsafe slot.storeBytes(of: UInt32(chain.head).littleEndian, as: UInt32.self)
        unsafe slot.storeBytes(of: UInt32(truncatingIfNeeded: written).littleEndian, toByteOffset: 4, as: UInt32.self)
        nextAvailable &+= 1
        nextUsed &+= 1
        unsafe SharedWord.storeReleasing(nextUsed, used + 2)
    }

    /// Stops the ring for what the guest did.
    package func fail(_ reason: RingFault) {
        fault = reason
        signal(failure?.raw)
    }

    // MARK: Notifications

    /// Tells the guest that it need not say when it offers more.
    package func suppressKicks() {
        // With event indices, an old index suppresses by itself.
        guard !usesEventIndex, let used = unsafe used else { return }
        unsafe SharedWord.storeReleasing(1, used)
    }

    /// Asks the guest to say when it offers more; true when it has done so already.
    package func resumeKicks() throws(RingFault) -> Bool {
        guard let used = unsafe used else { return false }
        if usesEventIndex {
            unsafe SharedWord.storeReleasing(nextAvailable, used + 4 + 8 * Int(size))
        } else {
            unsafe SharedWord.storeReleasing(0, used)
        }
        SharedWord.fence()
        return try waiting() > 0
    }

    /// How many chains the guest was given back since it was last told.
    package var unsignalled: UInt16 { nextUsed &- signalled }

    /// Interrupts the guest, if something was completed since the last time and it wants to know; true if it does.
    @discardableResult
    package func notify() -> Bool {
        guard nextUsed != signalled, let available = unsafe available else { return false }
        SharedWord.fence()
        let wanted: Bool
        if usesEventIndex {
            let event = unsafe SharedWord.loadAcquiring(available + 4 + 2 * Int(size))
            wanted = nextUsed &- event &- 1 < nextUsed &- signalled
        } else {
            wanted = unsafe SharedWord.loadAcquiring(available) & 1 == 0
        }
        signalled = nextUsed
        if wanted { signal(call?.raw) }
        return wanted
    }

    private func signal(_ descriptor: Int32?) {
        guard let descriptor else { return }
        var one: UInt64 = 1
        // A full counter means that a signal is pending already.
        _ = unsafe write(descriptor, &one, 8)
    }
}
