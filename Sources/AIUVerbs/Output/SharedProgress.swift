internal import AIUCommandLine
internal import Synchronization

/// A progress line that is begun and ended from callbacks.
final class SharedProgress: Sendable {
    private let text: String
    private let line = Mutex<Progress?>(nil)

    init(_ text: String) { self.text = text }

    func begin(isQuiet: Bool) {
        line.withLock { $0 = Progress.start(text, isQuiet: isQuiet) }
    }

    func end() {
        line.withLock { line in
            line?.finish()
            line = nil
        }
    }
}
