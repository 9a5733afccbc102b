internal import AIUSystem
internal import Glibc

/// Descriptors that came with a message; those that nobody takes are closed.
struct ReceivedDescriptors: ~Copyable {
    private var waiting: [Int32] = []

    init() {}

    /// Takes over all that another one holds.
    init(takingFrom other: inout ReceivedDescriptors) { swap(&waiting, &other.waiting) }

    var count: Int { waiting.count }

    /// One too many is closed at once.
    mutating func append(_ descriptor: Int32) {
        if waiting.count < Limits.messageDescriptors {
            waiting.append(descriptor)
        } else {
            close(descriptor)
        }
    }

    /// The next one, in the order sent.
    mutating func take() -> FileDescriptor? {
        guard !waiting.isEmpty else { return nil }
        return FileDescriptor(owning: waiting.removeFirst())
    }

    deinit { for descriptor in waiting { close(descriptor) } }
}
