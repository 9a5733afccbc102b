extension [UInt8] {
    /// Moves bytes to the beginning in the same memory; a slice of the array itself would copy all of it first.
    mutating func moveToFront(_ range: Range<Int>) {
        unsafe withUnsafeMutableBytes { bytes in
            let source = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
            unsafe bytes.copyMemory(from: source)
        }
    }
}
