internal import AIUSystem
internal import CLinux

/// Puts what a file system holds in memory onto its disk, without holding up the loop.
final class Flush {
    private let loop: EventLoop
    private let done: FileDescriptor
    private let finished: (SystemError?) -> Void

    init(
        of path: String, loop: EventLoop, finished: @escaping (SystemError?) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.finished = finished
        done = FileDescriptor(
            owning: try SystemError.check(unsafe aiu_flush_begin(path), "flush the disk of", path))
        try loop.watch(done.raw, .read) { [unowned self] _ in look() }
    }

    deinit { loop.unwatch(done.raw) }

    private func look() {
        do throws(SystemError) {
            if try SystemError.check(aiu_flush_outcome(done.raw), "flush the disk") == 1 { finished(nil) }
        } catch {
            finished(error)
        }
    }
}
