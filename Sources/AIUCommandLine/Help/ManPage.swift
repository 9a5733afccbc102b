/// The manual page of a whole program, made from the tree, in the language of `man`.
package enum ManPage {
    package static func render(_ root: Command, version: String) -> String {
        var lines = [
            ".TH \(escaped(root.name.uppercased())) 1 \"\" \"\(escaped(root.name)) \(escaped(version))\"",
            ".SH NAME", "\(escaped(root.name)) \\- \(escaped(root.summary))",
            ".SH SYNOPSIS", synopsis([root]),
        ]
        if !root.discussion.isEmpty { lines += [".SH DESCRIPTION"] + paragraphs(root.discussion) }
        lines += [".SH OPTIONS"] + options(root.options, root.flags + [.help, .version])
        lines.append(".SH COMMANDS")
        for command in root.subcommands where !command.isHidden { lines += commandLines([root, command]) }
        lines.append(".SH EXIT STATUS")
        for code in ExitCode.allCases { lines += [".TP", "\\fB\(code.rawValue)\\fR", escaped(code.summary)] }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func commandLines(_ chain: [Command]) -> [String] {
        guard let command = chain.last else { return [] }
        var lines = [".SS \(bold(chain.map(\.name).joined(separator: " ")))", escaped(command.summary) + ".", ".PP"]
        lines.append(synopsis(chain))
        if !command.discussion.isEmpty { lines += paragraphs(command.discussion) }
        for argument in command.arguments {
            lines += [".TP", "\\fI\(escaped(argument.name.uppercased()))\\fR", escaped(argument.summary)]
        }
        lines += options(command.options, command.flags)
        for example in command.examples {
            lines += [".TP", bold(example.line), escaped(example.explanation)]
        }
        for sub in command.subcommands where !sub.isHidden { lines += commandLines(chain + [sub]) }
        return lines
    }

    private static func synopsis(_ chain: [Command]) -> String {
        guard let command = chain.last else { return "" }
        var words = [bold(chain.map(\.name).joined(separator: " "))]
        if !(command.options.isEmpty && command.flags.isEmpty) { words.append("[\\fIOPTIONS\\fR]") }
        words += command.arguments.map { "\\fI\(escaped($0.placeholder))\\fR" }
        if !command.subcommands.isEmpty { words.append("\\fICOMMAND\\fR") }
        return words.joined(separator: " ")
    }

    private static func options(_ options: [Option], _ flags: [Flag]) -> [String] {
        let rows =
            options.filter { !$0.isHidden }.map { option in
                var notes = option.choices.isEmpty ? [] : [option.choices.joined(separator: ", ")]
                if let value = option.defaultValue { notes.append("default: \(value)") }
                if option.isRepeatable { notes.append("may be repeated") }
                let note = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
                return ("\(dashes(option.name, option.short)) \\fI\(escaped(option.value))\\fR", option.summary + note)
            } + flags.filter { !$0.isHidden }.map { (dashes($0.name, $0.short), $0.summary) }
        return rows.flatMap { [".TP", $0.0, escaped($0.1)] }
    }

    private static func dashes(_ name: String, _ short: Character?) -> String {
        (short.map { "\(bold("-\($0)")), " } ?? "") + bold("--\(name)")
    }

    private static func paragraphs(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            switch line {
            case "": [".PP"]
            case let kept where kept.hasPrefix(" "): [".nf", escaped(String(kept)), ".fi"]
            case let plain: [escaped(String(plain))]
            }
        }
    }

    private static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }

    /// A line that starts with a point or an apostrophe would be a command of the language.
    package static func escaped(_ text: String) -> String {
        var result = text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" : ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "\n": result += " "
            default: result.append(character)
            }
        }
        return result
    }
}
