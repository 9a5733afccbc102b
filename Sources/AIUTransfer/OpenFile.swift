internal import AIUSystem

/// An open file that states of a machine can hold.
final class OpenFile {
    let descriptor: FileDescriptor
    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}

/// A descriptor on its way to its owner.
final class FileDescriptorBox {
    private var descriptor: FileDescriptor?
    init(_ descriptor: consuming FileDescriptor) { self.descriptor = consume descriptor }

    /// To be called once.
    func take() -> FileDescriptor {
        guard let taken = descriptor.take() else { preconditionFailure("a descriptor was taken twice") }
        return taken
    }
}
