internal import AIUCommandLine
internal import AIUJSON

/// A line of a chat that is for `aiu` itself and not for the assistant.
package enum ChatCommand: Equatable, Sendable {
    case help
    case file(String)
    /// Nil shows, or takes back, what was chosen.
    case out(String?)
    case trace
    case new
    case conversations
    case resume(String)
    case memory
    case model(String?)
    case tools
    case quit

    /// Everything there is, for people.
    package static let all: [(word: String, takes: String, meaning: String)] = [
        ("help", "", "show this list"),
        ("file", "FILE", "copy a file or folder in; it goes with the next prompt"),
        ("out", "[DIR]", "copy what tools make into this folder; nowhere without a name"),
        ("trace", "", "show how answers come about, or no more"),
        ("new", "", "begin a new conversation"),
        ("conversations", "", "list the conversations"),
        ("resume", "NAME", "go on with a conversation"),
        ("memory", "", "list what the VM was asked to remember"),
        ("model", "[NAME]", "answer with another model of the VM; the usual one without a name"),
        ("tools", "", "list the tools"),
        ("quit", "", "end the chat; so does Ctrl-D"),
    ]

    /// Nil when the line is for the assistant; two slashes at its beginning stand for one.
    package static func read(_ line: String) throws -> ChatCommand? {
        guard line.hasPrefix("/"), !line.hasPrefix("//"), !line.contains("\n") else { return nil }
        let parts = line.dropFirst().split(separator: " ", maxSplits: 1)
        let word = parts.first.map { String($0).lowercased() } ?? ""
        let rest = parts.count > 1 ? trimmed(parts[1]) : ""
        switch word {
        case "help", "?": return .help
        case "file": return .file(try required(rest, "which file? Write /file NAME"))
        case "out": return .out(rest.isEmpty ? nil : rest)
        case "trace": return .trace
        case "new": return .new
        case "conversations": return .conversations
        case "resume": return .resume(try required(rest, "which conversation? /conversations lists them"))
        case "memory": return .memory
        case "model": return .model(rest.isEmpty ? nil : rest)
        case "tools": return .tools
        case "quit", "exit", "q": return .quit
        case _:
            let near = NearestName.find(word, in: all.map(\.word)).map { "did you mean /\($0)?" }
            throw Problem(.usage, "there is no command \(Excerpt.quoted("/" + word)); \(near ?? "/help lists them")")
        }
    }

    private static func required(_ text: String, _ question: String) throws(Problem) -> String {
        guard !text.isEmpty else { throw Problem(.usage, question) }
        return text
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
