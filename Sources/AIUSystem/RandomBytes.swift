internal import Glibc

/// Bytes that nobody can guess: keys, nonces and secrets are made of them.
package enum RandomBytes {
    /// What getentropy(3) gives at once.
    private static let most = 256

    /// From the kernel.
    package static func make(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            var generator = SystemRandomNumberGenerator()
            while initialized < count {
                let length = min(most, count - initialized)
                if let start = buffer.baseAddress, unsafe getentropy(start + initialized, length) == 0 {
                    initialized += length
                } else {
                    // The same source, a little slower.
                    unsafe buffer.initializeElement(at: initialized, to: .random(in: .min ... .max, using: &generator))
                    initialized += 1
                }
            }
        }
    }
}
