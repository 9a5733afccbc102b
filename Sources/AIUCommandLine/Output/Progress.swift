import Synchronization

/// One line that says what goes on: a spinner and the time on a terminal, else a plain line for what takes long.
package final class Progress: Sendable {
    private struct State {
        var text: String
        var printed = ""
        var frame = 0
        var isFinished = false
    }

    private static let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
    private static let tick = Duration.milliseconds(120)
    /// What is over sooner needs no line in a log.
    private static let patience = Duration.seconds(1)

    private let terminal: Terminal
    private let isLive: Bool
    private let started = ContinuousClock.now
    private let state: Mutex<State>

    private init(_ text: String, _ terminal: Terminal) {
        self.terminal = terminal
        isLive = terminal.isTerminal && Terminal.environment("TERM") != "dumb"
        state = Mutex(State(text: SafeText.line(text)))
    }

    /// Shows the line until `finish`. Nothing is shown when `isQuiet`.
    package static func start(
        _ text: String, on terminal: Terminal = .errors, isQuiet: Bool = false
    ) -> Progress {
        let progress = Progress(text, terminal)
        guard !isQuiet else { return progress }
        Task.detached {
            while progress.draw() {
                // A detached task is never cancelled, so the sleep cannot be cut short.
                try? await Task.sleep(for: tick)
            }
        }
        return progress
    }

    package func update(_ text: String) {
        state.withLock { $0.text = SafeText.line(text) }
    }

    /// Removes the line, so that what is written next starts on a clean one.
    package func finish() {
        state.withLock { state in
            guard !state.isFinished else { return }
            state.isFinished = true
            if isLive, state.frame > 0 { terminal.write("\r\u{1B}[K") }
        }
    }

    /// Whether there will be more to draw.
    private func draw() -> Bool {
        state.withLock { state in
            guard !state.isFinished else { return false }
            let elapsed = ContinuousClock.now - started
            if isLive {
                let frame = Self.frames[state.frame % Self.frames.count]
                state.frame += 1
                // The time stays in sight, however narrow the terminal.
                let time = " \(elapsed.components.seconds)s"
                let room = max(1, (terminal.width ?? 80) - 3 - time.count)
                terminal.write("\r\(frame) \(DisplayWidth.truncate(state.text, to: room))\(time)\u{1B}[K")
            } else if elapsed >= Self.patience, state.printed != state.text {
                state.printed = state.text
                terminal.write("\(state.text)…\n")
            }
            return true
        }
    }
}
