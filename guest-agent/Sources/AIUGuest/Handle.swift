internal import AIUSystem

/// An open file with several holders, closed with the last one.
final class Handle {
    let file: FileDescriptor
    init(_ file: consuming FileDescriptor) { self.file = file }
    var raw: Int32 { file.raw }
}
