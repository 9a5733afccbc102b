internal import AIUSystem
internal import Glibc

/// One end of a relayed connection: a socket that does not block, watched for exactly what is wanted of it.
final class DoorEnd {
    let file: FileDescriptor
    private let loop: EventLoop
    private let ready: () -> Void
    private var watched: EventLoop.Interest?

    init(_ file: consuming FileDescriptor, loop: EventLoop, ready: @escaping () -> Void) {
        self.file = file
        self.loop = loop
        self.ready = ready
    }

    /// Nothing wanted is not watched at all: a socket whose other end has gone would wake us for ever.
    func want(_ interest: EventLoop.Interest) throws(SystemError) {
        guard interest != (watched ?? []) else { return }
        if interest.isEmpty {
            loop.unwatch(file.raw)
            watched = nil
        } else if watched == nil {
            try loop.watch(file.raw, interest) { [weak self] _ in self?.ready() }
            watched = interest
        } else {
            try loop.rewatch(file.raw, interest)
            watched = interest
        }
    }

    /// Tells the other end that nothing more comes.
    func finishWriting() {
        // One that has gone need not be told.
        _ = shutdown(file.raw, Int32(SHUT_WR))
    }

    func forget() {
        if watched != nil { loop.unwatch(file.raw) }
        watched = nil
    }
}
