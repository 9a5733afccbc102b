/// Finds what could stand in place of the last word.
package struct Completer: Sendable {
    /// One candidate; a shell shows the summary beside it.
    package struct Candidate: Equatable, Sendable {
        package let word: String
        package let summary: String
    }

    private static let maxCandidates = 1000

    private let root: Command
    private let names: @Sendable (String) -> [String]

    /// `names` answers `Completion.names(kind:)`.
    package init(_ root: Command, names: @escaping @Sendable (String) -> [String]) {
        self.root = root
        self.names = names
    }

    /// What the scripts read: a candidate a line, or `:file` or `:folder` for the shell's own completion.
    package func lines(for words: [String]) -> [String] {
        candidates(for: words).map { $0.summary.isEmpty ? $0.word : "\($0.word)\t\($0.summary)" }
    }

    package func candidates(for words: [String]) -> [Candidate] {
        let typed = words.last ?? ""
        var chain = [root]
        var place = 0
        var pending: Option?
        var onlyPlain = false
        for word in words.dropLast() {
            let command = chain[chain.count - 1]
            if pending != nil {
                // bash hands over `--option=value` as three words.
                if word != "=" { pending = nil }
            } else if command.arguments.indices.contains(place), place > 0, command.arguments[place].isPassThrough {
                return []
            } else if !onlyPlain, word == "--" {
                onlyPlain = true
            } else if !onlyPlain, word.hasPrefix("-"), word != "-" {
                pending = word.contains("=") ? nil : option(word, chain)
            } else if !onlyPlain, place == 0, let sub = command.subcommand(word) {
                chain.append(sub)
            } else if command.arguments.indices.contains(place) {
                switch command.arguments[place].arity {
                case .one, .optional: place += 1
                case .many, .any: break
                case .passThrough: return []
                }
            } else {
                return []
            }
        }
        return found(typed, chain, place, pending, onlyPlain).prefix(Self.maxCandidates).map { $0 }
    }

    private func found(
        _ typed: String, _ chain: [Command], _ place: Int, _ pending: Option?, _ onlyPlain: Bool
    ) -> [Candidate] {
        if let pending { return values(pending, typed == "=" ? "" : typed, prefix: "") }
        let isPassingThrough =
            place > 0 && chain.last?.arguments.indices.contains(place) == true
            && chain.last?.arguments[place].isPassThrough == true
        let onlyPlain = onlyPlain || isPassingThrough
        if !onlyPlain, typed.hasPrefix("--"), let equals = typed.firstIndex(of: "=") {
            guard let option = option(String(typed[..<equals]), chain) else { return [] }
            let start = typed[...equals]
            return values(option, String(typed[typed.index(after: equals)...]), prefix: String(start))
        }
        if !onlyPlain, typed.hasPrefix("-") {
            let options = chain.flatMap(\.options).filter { !$0.isHidden }.map { ("--\($0.name)", $0.summary) }
            let flags = (chain.flatMap(\.flags) + [.help]).filter { !$0.isHidden }.map { ("--\($0.name)", $0.summary) }
            return matching(options + flags, typed)
        }
        guard let command = chain.last else { return [] }
        let commands = place == 0 ? command.subcommands.filter { !$0.isHidden }.map { ($0.name, $0.summary) } : []
        var result = matching(commands, typed)
        if command.arguments.indices.contains(place) {
            result += words(command.arguments[place].completion, typed, prefix: "")
        }
        return result
    }

    private func option(_ word: String, _ chain: [Command]) -> Option? {
        chain.reversed().flatMap(\.options).first { option in
            word == "--\(option.name)" || option.short.map { word == "-\($0)" } == true
        }
    }

    private func values(_ option: Option, _ typed: String, prefix: String) -> [Candidate] {
        option.choices.isEmpty
            ? words(option.completion, typed, prefix: prefix)
            : words(.choices(option.choices), typed, prefix: prefix)
    }

    private func words(_ completion: Completion, _ typed: String, prefix: String) -> [Candidate] {
        switch completion {
        case .none: []
        case .file: [Candidate(word: ":file", summary: "")]
        case .folder: [Candidate(word: ":folder", summary: "")]
        case .choices(let choices): matching(choices.map { ($0, "") }, typed, prefix: prefix)
        case .names(let kind): matching(names(kind).map { (SafeText.line($0), "") }, typed, prefix: prefix)
        }
    }

    private func matching(_ words: [(String, String)], _ typed: String, prefix: String = "") -> [Candidate] {
        words.filter { $0.0.hasPrefix(typed) }.map { Candidate(word: prefix + $0.0, summary: $0.1) }
    }
}
