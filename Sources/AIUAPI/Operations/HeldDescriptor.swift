internal import Glibc
internal import Synchronization

/// A descriptor on its way to an upgrade that may never happen; it is closed unless somebody takes it.
final class HeldDescriptor: Sendable {
    private let descriptor: Mutex<Int32?>

    init(owning descriptor: Int32) { self.descriptor = Mutex(descriptor) }

    deinit {
        if let descriptor = take() { close(descriptor) }
    }

    /// The caller owns it; nil when it was taken already.
    func take() -> Int32? {
        descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
    }
}
