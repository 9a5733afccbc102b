internal import AIUModel
internal import AIUWire
internal import Synchronization

/// An archive that a thread is writing to a client.
final class ExportInProgress: OutgoingArchive {
    private enum Progress {
        case running(CheckedContinuation<Failure?, Never>?)
        case ended(Failure?)
    }

    let socket: Int32
    private let pipe: FramePipeBox
    private let place: Places.Place
    private let progress = Mutex(Progress.running(nil))
    private let cancellation: Cancellation

    init(
        _ writer: consuming ArchiveWriter, _ pipe: FramePipeBox, socket: Int32, _ place: Places.Place,
        _ cancellation: Cancellation
    ) {
        self.socket = socket
        self.pipe = pipe
        self.place = place
        self.cancellation = cancellation
        let once = Mutex<ArchiveWriter?>(consume writer)
        ArchiveThread.start { [self] in
            var failure: Failure?
            do throws(ArchiveError) {
                guard let writer = once.withLock({ $0.take() }) else { return }
                try writer.write { bytes throws(ArchiveError) in try pipe.send(Frame(.data, bytes)) }
            } catch {
                failure = error.failure
            }
            finish(failure)
        }
    }

    func cancel() { cancellation.cancel() }

    func dismiss() {
        let failure = progress.withLock { progress in
            if case .ended(let failure) = progress { failure } else { Failure(.unavailable, "it was given up") }
        }
        let frame = failure.map(\.frame) ?? Frame(.done)
        ArchiveThread.start { [pipe, place] in withExtendedLifetime(place) { pipe.end(frame) } }
    }

    /// One caller.
    func ended() async -> Failure? {
        await withCheckedContinuation { continuation in
            let result: Failure?? = progress.withLock { progress in
                if case .ended(let failure) = progress { return .some(failure) }
                progress = .running(continuation)
                return .none
            }
            if let result { continuation.resume(returning: result) }
        }
    }

    private func finish(_ failure: Failure?) {
        let waiting = progress.withLock { progress in
            guard case .running(let waiting) = progress else { return nil as CheckedContinuation<Failure?, Never>? }
            progress = .ended(failure)
            return waiting
        }
        waiting?.resume(returning: failure)
    }
}
