internal import AIUCommandLine
internal import Glibc

/// Asks the person at the terminal before something that cannot be taken back.
enum Question {
    /// False unless the answer is yes. In a script nobody is asked: it must have said `--yes`.
    static func confirm(_ text: String, _ session: Session) throws -> Bool {
        if session.arguments.flag("yes") { return true }
        guard isatty(STDIN_FILENO) == 1, Terminal.errors.isTerminal else {
            throw Problem(.usage, "this cannot be taken back and there is no terminal to ask at; say `--yes`")
        }
        Terminal.errors.write("\(SafeText.line(text)) [y/N] ")
        let answer = (readLine() ?? "").lowercased()
        if answer == "y" || answer == "yes" { return true }
        Program.tell("left as it is")
        return false
    }
}
