internal import AIUModel
internal import AIUWire
internal import Synchronization

/// A pipe that one thread after the other uses, and what is left of the last frame.
final class FramePipeBox: Sendable {
    private struct State: ~Copyable {
        var pipe: FramePipe?
        var rest: ArraySlice<UInt8> = []
        var isComplete = false
    }

    private let state: Mutex<State>

    init(_ pipe: consuming FramePipe) { state = Mutex(State(pipe: pipe)) }

    func send(_ frame: Frame) throws(ArchiveError) {
        try state.withLock { state throws(ArchiveError) in try state.pipe?.send(frame) }
    }

    /// The archive's next bytes; none after the client's `done`.
    func nextBytes(atMost count: Int) throws(ArchiveError) -> [UInt8] {
        try state.withLock { state throws(ArchiveError) in
            while state.rest.isEmpty, !state.isComplete {
                guard let frame = try state.pipe?.receive() else { break }
                switch frame.kind {
                case .data: state.rest = frame.payload[...]
                case .done: state.isComplete = true
                case .failed: throw ArchiveError(.read, .abandoned("the client gave up"))
                case let kind: throw .malformed("the client sent a frame of the kind \(kind)")
                }
            }
            let part = Array(state.rest.prefix(count))
            state.rest = state.rest.dropFirst(part.count)
            return part
        }
    }

    /// Says the last word, if the client still listens, and closes our end.
    func end(_ frame: Frame) {
        state.withLock { state in
            // A client that went away needs no answer.
            try? state.pipe?.send(frame)
            state.pipe = nil
        }
    }

    /// Says why, and takes for a while what the client still sends, so that it comes to hear it.
    func refuse(_ frame: Frame) {
        let deadline = ContinuousClock.now + Self.drainLimit
        state.withLock { state in
            do throws(ArchiveError) {
                try state.pipe?.send(frame)
                while !state.isComplete, ContinuousClock.now < deadline, let next = try state.pipe?.receive() {
                    state.isComplete = next.kind != .data
                }
            } catch {}  // it went away: as good
            state.pipe = nil
        }
    }

    private static let drainLimit: Duration = .seconds(10)
}
