internal import Glibc

/// What came over a channel: bytes, none at the end, and descriptors, which are closed with it.
package final class NetMessage {
    package let bytes: [UInt8]
    /// They still belong to this.
    package private(set) var descriptors: [Int32]

    init(_ bytes: [UInt8], _ descriptors: [Int32]) {
        self.bytes = bytes
        self.descriptors = descriptors
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    /// Hands the first one out, to be closed by whoever takes it; -1 when there is none.
    package func takeFirst() -> Int32 { descriptors.isEmpty ? -1 : descriptors.removeFirst() }
}
