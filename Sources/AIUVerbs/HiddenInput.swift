internal import AIUCommandLine
internal import AIUSystem
internal import Glibc

/// A text that nobody may read over the shoulder: from a pipe or a file, or typed without being shown.
enum HiddenInput {
    /// `what` is what it should be, such as "the value of KEY". One line end at its end is not part of it.
    static func read(_ what: String, limit: Int) throws -> String {
        var text = try StandardInput.isTerminal ? typed(what) : StandardInput.text(what, limit: limit + 2)
        if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
        guard text.utf8.count <= limit else {
            throw Problem(.badData, "\(what) is longer than \(limit) bytes")
        }
        return text
    }

    private static func typed(_ what: String) throws -> String {
        var original = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &original) == 0 else {
            throw Problem(.inputOutput, "the terminal cannot be made silent: \(Errno.current)")
        }
        var silent = original
        silent.c_lflag &= ~tcflag_t(ECHO)
        // Nothing may interrupt between here and where it is as it was.
        silent.c_lflag &= ~tcflag_t(ISIG)
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else {
            throw Problem(.inputOutput, "the terminal cannot be made silent: \(Errno.current)")
        }
        defer {
            _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &original)
            Terminal.errors.write("\n")
        }
        Terminal.errors.write("\(SafeText.line(what)), which is not shown: ")
        return readLine() ?? ""
    }
}
