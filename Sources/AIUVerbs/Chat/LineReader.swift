internal import AIUClient
internal import AIUCommandLine
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Reads lines that a person writes at the terminal.
final class LineReader {
    /// How a line ended.
    enum Line {
        case written(String)
        /// Ctrl-C: the text is thrown away.
        case cancelled
        /// Ctrl-D, or the terminal has gone.
        case ended
    }

    private static let beginPaste = "\u{1B}[?2004h"
    private static let endPaste = "\u{1B}[?2004l"

    private let signals: SignalSource
    /// Tells that the terminal has another size. Apart, because that is no reason to cancel an answer.
    private let sizes: SignalSource
    private var decoder = KeyDecoder()
    /// Typed behind the line's end already.
    private var ahead: [Key] = []

    init(signals: SignalSource) throws {
        self.signals = signals
        sizes = try SignalSource([SIGWINCH])
    }

    func read(prompt: String, history: [String], limit: Int) throws -> Line {
        try dropInterrupts()
        guard let terminal = RawTerminal(STDIN_FILENO) else { return .ended }
        Terminal.output.write(Self.beginPaste)
        // Back to lines with signals, however it ends: Ctrl-C then cancels what the line asked for.
        defer {
            Terminal.output.write(Self.endPaste)
            terminal.restore()
        }
        var editor = LineEditor(history: history, limit: limit)
        var view = LineView(prompt: prompt)
        draw(editor, &view)
        while true {
            while !ahead.isEmpty {
                switch editor.press(ahead.removeFirst()) {
                case nil: break
                case .submit(let text):
                    leave(editor, &view)
                    return .written(text)
                case .cancel:
                    leave(editor, &view, mark: "^C")
                    return .cancelled
                case .end:
                    leave(editor, &view)
                    return .ended
                case .clearScreen:
                    Terminal.output.write("\u{1B}[H\u{1B}[2J")
                    view.forget()
                case .suspend:
                    leave(editor, &view)
                    Terminal.output.write(Self.endPaste)
                    terminal.suspend()
                    Terminal.output.write(Self.beginPaste)
                case .bell: Terminal.output.write("\u{7}")
                }
            }
            draw(editor, &view)
            guard let bytes = try wait() else { continue }
            if bytes.isEmpty { return .ended }
            ahead += decoder.feed(bytes)
        }
    }

    /// What was typed; nil when only the terminal's size changed, empty when it has gone.
    private func wait() throws -> [UInt8]? {
        var items = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals.raw, events: Int16(POLLIN), revents: 0),
            pollfd(fd: sizes.raw, events: Int16(POLLIN), revents: 0),
        ]
        guard unsafe poll(&items, nfds_t(items.count), -1) > 0 else { return nil }
        if items[1].revents != 0 { try dropInterrupts() }
        if items[2].revents != 0 { while sizes.take() != nil {} }
        guard items[0].revents != 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Glibc.read(STDIN_FILENO, &buffer, buffer.count)
        if count < 0, Errno.current == .wouldBlock || Errno.current == .interrupted { return nil }
        return Array(buffer.prefix(max(0, count)))
    }

    /// Here Ctrl-C is a key. What comes as a signal was meant for the answer before, which has ended meanwhile.
    private func dropInterrupts() throws(ClientError) {
        while let signal = signals.take() {
            if signal != SIGINT { throw .interrupted(signal: signal) }
        }
    }

    private func draw(_ editor: LineEditor, _ view: inout LineView, at cursor: Int? = nil) {
        let size = RawTerminal.size(of: STDOUT_FILENO)
        Terminal.output.write(
            view.draw(
                editor.text, cursor: cursor ?? editor.cursor, width: Int(size.columns), height: Int(size.rows)))
    }

    /// Puts the cursor behind the text, on a line of its own.
    private func leave(_ editor: LineEditor, _ view: inout LineView, mark: String = "") {
        draw(editor, &view, at: editor.text.count)
        Terminal.output.write("\(mark)\r\n")
        view.forget()
    }
}
