/// One command of a program, with everything that can be typed after its name. A tree of them is the whole program.
package struct Command: Sendable {
    package var name: String
    package var aliases: [String]
    /// One line, no full stop.
    package var summary: String
    /// Paragraphs separated by empty lines; lines that start with spaces are kept as they are.
    package var discussion: String
    /// The heading under which the parent's help lists it.
    package var group: String?
    package var isHidden: Bool
    package var arguments: [Argument]
    package var options: [Option]
    package var flags: [Flag]
    package var examples: [Example]
    package var subcommands: [Command]

    /// Options and flags are understood by the command and by everything below it.
    package init(
        _ name: String, aliases: [String] = [], summary: String, discussion: String = "", group: String? = nil,
        isHidden: Bool = false, arguments: [Argument] = [], options: [Option] = [], flags: [Flag] = [],
        examples: [Example] = [], subcommands: [Command] = []
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.discussion = discussion
        self.group = group
        self.isHidden = isHidden
        self.arguments = arguments
        self.options = options
        self.flags = flags
        self.examples = examples
        self.subcommands = subcommands
    }

    /// A command line worth copying.
    package struct Example: Sendable {
        package var line: String
        package var explanation: String

        package init(_ line: String, _ explanation: String) {
            self.line = line
            self.explanation = explanation
        }
    }

    func subcommand(_ word: String) -> Command? {
        subcommands.first { $0.name == word || $0.aliases.contains(word) }
    }
}
