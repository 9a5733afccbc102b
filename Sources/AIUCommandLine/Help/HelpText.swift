/// The help of one command, made from the tree.
package struct HelpText {
    private static let smallestWidth = 40
    private static let largestColumn = 30

    private let chain: [Command]
    private let command: Command
    private let width: Int

    /// `chain` leads from the program to the command.
    package init?(_ chain: [Command], width: Int = 80) {
        guard let command = chain.last else { return nil }
        self.chain = chain
        self.command = command
        self.width = max(Self.smallestWidth, width)
    }

    private var program: String { chain.map(\.name).joined(separator: " ") }

    package func render() -> String {
        var sections = [Wrapping.wrap("\(program): \(command.summary)", width: width), usage]
        if !command.discussion.isEmpty { sections.append(Wrapping.wrap(command.discussion, width: width)) }
        sections += [
            list("Arguments", command.arguments.map { ($0.name.uppercased(), $0.summary) })
        ]
        sections += commandLists
        sections += [
            list("Options", rows(command.options, command.flags + (chain.count == 1 ? [.help, .version] : [.help]))),
            list("Options of all commands", inherited),
            examples,
        ]
        if !command.subcommands.isEmpty {
            sections.append(
                Wrapping.wrap("`\(program) COMMAND --help` tells more about a command.", width: width))
        }
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    /// The line that shows how the command is typed.
    package var usage: String {
        var words = [program]
        let hasOptions = command.options.contains { !$0.isHidden } || command.flags.contains { !$0.isHidden }
        if hasOptions { words.append("[OPTIONS]") }
        words += command.arguments.map(\.placeholder)
        if !command.subcommands.isEmpty { words.append(command.arguments.isEmpty ? "COMMAND" : "[COMMAND]") }
        var text = Wrapping.wrap("Usage: \(words.joined(separator: " "))", width: width, indent: 7, firstIndent: 0)
        if !command.aliases.isEmpty { text += "\nAlso: \(command.aliases.joined(separator: ", "))" }
        return text
    }

    private var commandLists: [String] {
        let visible = command.subcommands.filter { !$0.isHidden }
        var groups: [String] = []
        for sub in visible where !groups.contains(sub.group ?? "Commands") { groups.append(sub.group ?? "Commands") }
        return groups.map { group in
            list(group, visible.filter { ($0.group ?? "Commands") == group }.map { ($0.name, $0.summary) })
        }
    }

    /// Nearer commands hide what they define anew.
    private var inherited: [(String, String)] {
        var known = Set(command.options.map(\.name) + command.flags.map(\.name))
        var result: [(String, String)] = []
        for ancestor in chain.dropLast().reversed() {
            let options = ancestor.options.filter { !known.contains($0.name) }
            let flags = ancestor.flags.filter { !known.contains($0.name) }
            known.formUnion(options.map(\.name) + flags.map(\.name))
            result += rows(options, flags)
        }
        return result
    }

    private func rows(_ options: [Option], _ flags: [Flag]) -> [(String, String)] {
        options.filter { !$0.isHidden }.map { option in
            var notes: [String] = []
            if !option.choices.isEmpty { notes.append(option.choices.joined(separator: ", ")) }
            if let value = option.defaultValue { notes.append("default: \(value)") }
            if option.isRepeatable { notes.append("may be repeated") }
            let note = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
            return ("\(Self.dashes(option.name, option.short)) \(option.value)", option.summary + note)
        } + flags.filter { !$0.isHidden }.map { (Self.dashes($0.name, $0.short), $0.summary) }
    }

    private static func dashes(_ name: String, _ short: Character?) -> String {
        short.map { "-\($0), --\(name)" } ?? "    --\(name)"
    }

    private func list(_ title: String, _ rows: [(String, String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let widest = rows.map { DisplayWidth.of($0.0) }.filter { $0 <= Self.largestColumn }.max() ?? 0
        let column = min(widest, Self.largestColumn) + 4
        let lines = rows.map { name, summary in
            let gap = column - 2 - DisplayWidth.of(name)
            let body = Wrapping.wrap(summary, width: width, indent: column, firstIndent: 0)
            guard !summary.isEmpty else { return "  \(name)" }
            // A name that fills the column pushes its summary to the next line.
            return gap >= 2
                ? "  \(name)\(String(repeating: " ", count: gap))\(body)"
                : "  \(name)\n\(String(repeating: " ", count: column))\(body)"
        }
        return "\(title):\n" + lines.joined(separator: "\n")
    }

    private var examples: String {
        guard !command.examples.isEmpty else { return "" }
        let lines = command.examples.map { example in
            "  \(example.line)\n" + Wrapping.wrap(example.explanation, width: width, indent: 6)
        }
        return "Examples:\n" + lines.joined(separator: "\n")
    }
}
