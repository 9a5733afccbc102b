internal import AIULedger
internal import AIUModel
internal import AIUSystem
internal import Glibc
internal import Synchronization

/// Counts what is let through in memory that belongs to a file, so that it outlives the process without a write per
/// token. It does not outlive the machine: then the leases in the database are what counts.
@safe final class MeterFile: Sendable {
    static let cells = 4096
    private static let cellLength = 64
    private static let headerLength = 4096
    private static let length = headerLength + cells * cellLength
    /// "AIUMETR1".
    private static let magic: UInt64 = 0x4149_554D_4554_5231
    private static let tagOffset = 0
    private static let wordOffset = 8
    private static let closed: UInt64 = 1 << 31
    private static let countMask: UInt64 = closed - 1

    /// Whether the file was there, as a file of ours.
    let wasThere: Bool
    nonisolated(unsafe) private let base: UnsafeMutableRawPointer

    init(path: String) throws(Failure) {
        do throws(SystemError) {
            let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW)
            let size = try file.metadata().st_size
            // All of it has its place on the disk before it is mapped: a full disk is an error here, not a SIGBUS there.
            let code = posix_fallocate(file.raw, 0, off_t(Self.length))
            guard code == 0 else { throw SystemError("reserve space for", path, code: Errno(code)) }
            if size != off_t(Self.length) { try file.truncate(to: Int64(Self.length)) }
            let address = unsafe mmap(nil, Self.length, PROT_READ | PROT_WRITE, MAP_SHARED, file.raw, 0)
            guard let address = unsafe address, unsafe address != MAP_FAILED else {
                throw SystemError("map", path, code: .current)
            }
            unsafe base = address
            wasThere = unsafe size == off_t(Self.length) && address.load(as: UInt64.self) == Self.magic
        } catch {
            throw Failure.ofFiles(
                "open the meter of tokens", errorNumber: error.code.number, explanation: "\(error)")
        }
        if !wasThere {
            unsafe memset(base, 0, Self.length)
            unsafe base.storeBytes(of: Self.magic, as: UInt64.self)
        }
    }

    deinit { unsafe munmap(base, Self.length) }

    /// What a request's cell counted; `nil` when the cell belongs to another one.
    func count(of cell: CellID) -> Int? {
        guard (0..<Self.cells).contains(cell.slot),
            unsafe pointer(cell.slot, Self.tagOffset).load(as: Int64.self) == cell.tag
        else { return nil }
        let word = unsafe word(cell.slot).pointee.load(ordering: .acquiring)
        guard word >> 32 == Self.mark(cell.tag) >> 32 else { return nil }
        return Int(word & Self.countMask)
    }

    /// Gives a cell to a request, with nothing counted.
    func begin(_ cell: CellID) {
        unsafe word(cell.slot).pointee.store(Self.mark(cell.tag), ordering: .releasing)
        unsafe pointer(cell.slot, Self.tagOffset).storeBytes(of: cell.tag, as: Int64.self)
    }

    /// Counts, unless that would be more than `most`, or the cell is closed or belongs to another request by now.
    func add(_ tokens: Int, to cell: CellID, most: Int) -> Bool {
        guard tokens >= 0 else { return false }
        let word = unsafe word(cell.slot)
        var old = unsafe word.pointee.load(ordering: .acquiring)
        while true {
            guard old >> 32 == Self.mark(cell.tag) >> 32, old & Self.closed == 0,
                Int(old & Self.countMask) + tokens <= min(most, Int(Self.countMask))
            else { return false }
            let (exchanged, original) = unsafe word.pointee.compareExchange(
                expected: old, desired: old + UInt64(tokens), ordering: .acquiringAndReleasing)
            if exchanged { return true }
            old = original
        }
    }

    /// Lets nothing more be counted; gives what was.
    func close(_ cell: CellID) -> Int {
        let word = unsafe word(cell.slot)
        let old = unsafe word.pointee.bitwiseOr(Self.closed, ordering: .acquiringAndReleasing).oldValue
        return old >> 32 == Self.mark(cell.tag) >> 32 ? Int(old & Self.countMask) : 0
    }

    /// In the counter's own word stands whose it is, so that nobody counts in a cell that was given to another.
    private static func mark(_ tag: Int64) -> UInt64 { (UInt64(bitPattern: tag) << 33) >> 1 }

    private func word(_ slot: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        unsafe pointer(slot, Self.wordOffset).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    private func pointer(_ slot: Int, _ offset: Int) -> UnsafeMutableRawPointer {
        unsafe base + Self.headerLength + slot * Self.cellLength + offset
    }
}
