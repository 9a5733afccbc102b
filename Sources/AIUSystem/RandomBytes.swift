/// Bytes that nobody can guess: keys, nonces and secrets are made of them.
package enum RandomBytes {
    /// From the kernel: the system's generator is getrandom(2) on Linux.
    package static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
