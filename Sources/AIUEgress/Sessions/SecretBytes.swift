internal import CLinux
internal import Glibc

/// A secret's value: never swapped out where the host allows that, zeroed when nobody needs it any more.
@safe final class SecretBytes: CustomStringConvertible {
    private let memory: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8]) {
        unsafe memory = .allocate(byteCount: max(bytes.count, 1), alignment: 1)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
        // A host whose limit is used up only keeps it a little less well.
        _ = unsafe mlock(memory.baseAddress, memory.count)
        unsafe memory.copyBytes(from: bytes)
    }

    deinit {
        unsafe aiu_wipe(memory.baseAddress, memory.count)
        _ = unsafe munlock(memory.baseAddress, memory.count)
        unsafe memory.deallocate()
    }

    var count: Int { unsafe memory.count }
    var description: String { "•••" }

    /// Puts the value behind other bytes, whose owner wipes them.
    func append(to bytes: inout [UInt8]) { unsafe bytes.append(contentsOf: memory) }

    /// Where the value stands in some bytes.
    func first(in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        let length = unsafe memory.count
        guard length > 0, bytes.count >= length else { return nil }
        let first = unsafe memory[0]
        var index = bytes.startIndex
        while index + length <= bytes.endIndex {
            if bytes[index] == first {
                var equal = 1
                while equal < length, unsafe bytes[index + equal] == memory[equal] { equal += 1 }
                if equal == length { return index..<index + length }
            }
            index += 1
        }
        return nil
    }
}

/// Zeroes an array's memory for everybody who shares it.
func wipeShared(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { buffer in
        guard let start = buffer.baseAddress else { return }
        unsafe aiu_wipe(UnsafeMutableRawPointer(mutating: start), buffer.count)
    }
}
