import AIUJSON

/// Understands the words that were typed, by a tree of commands.
package struct CommandLineParser: Sendable {
    /// More words than any shell passes on by accident.
    private static let maxWords = 65_536

    package let root: Command

    package init(_ root: Command) { self.root = root }

    /// `words` without the program's own name.
    package func parse(_ words: [String]) throws(UsageError) -> Invocation {
        if let special = try special(words) { return special }
        guard words.count <= Self.maxWords else {
            throw UsageError(path: [root.name], message: "more than \(Self.maxWords) words")
        }
        var reader = WordReader(root: root, words: words)
        return try reader.read()
    }

    private func special(_ words: [String]) throws(UsageError) -> Invocation? {
        switch words.first {
        case "--version":
            return .version
        case "help" where root.subcommand("help") == nil:
            return .help(try commands(words.dropFirst()))
        case "--complete-words":
            return .complete(Array(words.dropFirst()))
        case "--generate-completion":
            guard words.count == 2, let shell = Shell(rawValue: words[1]) else {
                throw UsageError(path: [root.name], message: "`--generate-completion` needs bash, zsh or fish")
            }
            return .completionScript(shell)
        case _:
            return nil
        }
    }

    /// The way down to the command that words name.
    private func commands(_ words: ArraySlice<String>) throws(UsageError) -> [Command] {
        var chain = [root]
        for word in words {
            let parent = chain[chain.count - 1]
            guard let next = parent.subcommand(word) else {
                throw WordReader.unknownCommand(word, chain)
            }
            chain.append(next)
        }
        return chain
    }
}
