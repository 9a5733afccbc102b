internal import CLinux

/// Bytes that wait: appended at the end, taken from the front.
struct ByteQueue {
    private(set) var bytes: [UInt8] = []
    private(set) var start = 0
    /// Zeroes what was taken, for what may hold a secret.
    var wipes = false

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }
    var slice: ArraySlice<UInt8> { bytes[start...] }
    var first: UInt8? { isEmpty ? nil : bytes[start] }

    mutating func append(_ more: some Collection<UInt8>) {
        compact()
        bytes.append(contentsOf: more)
    }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        compact()
        unsafe bytes.append(contentsOf: more)
    }

    mutating func append(_ scratch: Scratch, _ count: Int) {
        unsafe append(UnsafeRawBufferPointer(rebasing: scratch.memory[..<count]))
    }

    mutating func drop(_ count: Int) {
        if wipes { wipe(start..<start + count) }
        start += count
        guard start == bytes.count else { return }
        bytes.removeAll(keepingCapacity: bytes.capacity <= EgressLimits.pieceBytes)
        start = 0
        wipes = false
    }

    mutating func take(_ count: Int) -> [UInt8] {
        let taken = Array(bytes[start..<start + count])
        drop(count)
        return taken
    }

    mutating func clear() { drop(count) }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe bytes.withUnsafeBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    /// Moved to the front only when the dead part dominates, so that appending stays linear.
    private mutating func compact() {
        guard start > 0, start >= bytes.count - start else { return }
        if wipes { wipe(0..<start) }
        bytes.removeSubrange(..<start)
        start = 0
    }

    private mutating func wipe(_ range: Range<Int>) {
        unsafe bytes.withUnsafeMutableBytes { buffer in
            let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[range])
            unsafe aiu_wipe(part.baseAddress, part.count)
        }
    }
}
