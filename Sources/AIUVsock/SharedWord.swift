internal import Synchronization

/// Accesses to memory that the guest changes at the same time: never torn, never repeated by the compiler.
enum SharedWord {
    static func loadAcquiring(_ pointer: UnsafeMutableRawPointer) -> UInt16 {
        let word = unsafe pointer.assumingMemoryBound(to: Atomic<UInt16>.self)
        return UInt16(littleEndian: unsafe word.pointee.load(ordering: .acquiring))
    }

    static func storeReleasing(_ value: UInt16, _ pointer: UnsafeMutableRawPointer) {
        let word = unsafe pointer.assumingMemoryBound(to: Atomic<UInt16>.self)
        unsafe word.pointee.store(value.littleEndian, ordering: .releasing)
    }

    static func load(_ pointer: UnsafeMutableRawPointer) -> UInt64 {
        let word = unsafe pointer.assumingMemoryBound(to: Atomic<UInt64>.self)
        return UInt64(littleEndian: unsafe word.pointee.load(ordering: .relaxed))
    }

    /// Orders everything before it, loads after stores included.
    static func fence() { atomicMemoryFence(ordering: .sequentiallyConsistent) }
}
