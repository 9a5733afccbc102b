import AIUJSON

/// Goes through the words once, from left to right.
struct WordReader {
    private let words: [String]
    private var next = 0
    /// From the program down to the command found so far.
    private var chain: [Command]
    private var result: Arguments
    /// Which argument the next plain word belongs to.
    private var place = 0
    private var onlyPlain = false
    private var wantsHelp = false

    init(root: Command, words: [String]) {
        self.words = words
        chain = [root]
        result = Arguments(path: [root.name])
    }

    private var command: Command { chain[chain.count - 1] }
    private var path: [String] { chain.map(\.name) }

    mutating func read() throws(UsageError) -> Invocation {
        do {
            while next < words.count { try step() }
            return wantsHelp ? .help(chain) : .run(try finished())
        } catch {
            // Whoever asks for help is helped, whatever else is wrong.
            guard wantsHelp else { throw error }
            return .help(chain)
        }
    }

    private mutating func step() throws(UsageError) {
        guard !isPassingThrough else { return passThrough() }
        let word = words[next]
        next += 1
        if onlyPlain || word == "-" || !word.hasPrefix("-") || isNumber(word) {
            try plain(word)
        } else if word == "--" {
            onlyPlain = true
        } else if word.hasPrefix("--") {
            try long(word.dropFirst(2))
        } else {
            try cluster(word.dropFirst())
        }
    }

    // MARK: Plain words

    /// After the arguments before it, a pass-through argument takes whatever comes.
    private var isPassingThrough: Bool {
        place > 0 && command.arguments.indices.contains(place) && command.arguments[place].isPassThrough
    }

    private mutating func passThrough() {
        var rest = words[next...]
        // `exec VM -- ls` is a habit from other tools.
        if !onlyPlain, rest.first == "--" { rest.removeFirst() }
        result.positionals[command.arguments[place].name] = Array(rest)
        next = words.count
    }

    private mutating func plain(_ word: String) throws(UsageError) {
        if !onlyPlain, place == 0, !command.subcommands.isEmpty {
            if let sub = command.subcommand(word) {
                chain.append(sub)
                return
            }
            if command.arguments.isEmpty { throw Self.unknownCommand(word, chain) }
        }
        guard command.arguments.indices.contains(place) else {
            throw UsageError(path: path, message: "unexpected argument \(Excerpt.quoted(word))")
        }
        let argument = command.arguments[place]
        switch argument.arity {
        case .one, .optional:
            result.positionals[argument.name] = [word]
            place += 1
        case .many, .any:
            result.positionals[argument.name, default: []].append(word)
        case .passThrough:
            result.positionals[argument.name] = Array(words[(next - 1)...])
            next = words.count
        }
    }

    private func isNumber(_ word: String) -> Bool {
        let digits = word.utf8.dropFirst()
        return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
            && !flags.contains { $0.short?.isNumber == true } && !options.contains { $0.short?.isNumber == true }
    }

    // MARK: Options

    private var options: [Option] { chain.reversed().flatMap(\.options) }
    private var flags: [Flag] { chain.reversed().flatMap(\.flags) + [.help] }

    private mutating func long(_ word: Substring) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        if let option = options.first(where: { $0.name == name }) {
            let value = parts.count == 2 ? String(parts[1]) : try following("--\(name)")
            try set(option, value, typed: "--\(name)")
        } else if let flag = flags.first(where: { $0.name == name }) {
            guard parts.count == 1 else {
                throw UsageError(path: path, message: "`--\(name)` takes no value")
            }
            raise(flag)
        } else {
            throw unknownOption(name)
        }
    }

    /// `-it`, `-n5`, `-n 5`.
    private mutating func cluster(_ word: Substring) throws(UsageError) {
        // `-force` would otherwise be -f and, worse, -o with the value "rce".
        if word.count > 2, isKnown(word) { throw unknownOption(String(word), isSingleDash: true) }
        var rest = word
        while let letter = rest.popFirst() {
            if let flag = flags.first(where: { $0.short == letter }) {
                raise(flag)
            } else if let option = options.first(where: { $0.short == letter }) {
                let attached = rest.first == "=" ? rest.dropFirst() : rest
                let value = rest.isEmpty ? try following("-\(letter)") : String(attached)
                try set(option, value, typed: "-\(letter)")
                return
            } else {
                throw UsageError(
                    path: path,
                    message: "unknown option \(Excerpt.quoted("-\(letter)"))"
                        + (word.count > 1 ? " in \(Excerpt.quoted("-\(word)"))" : ""))
            }
        }
    }

    private mutating func raise(_ flag: Flag) {
        if flag.name == Flag.help.name { wantsHelp = true }
        result.flags[flag.name, default: 0] += 1
    }

    private mutating func following(_ typed: String) throws(UsageError) -> String {
        guard next < words.count else { throw UsageError(path: path, message: "`\(typed)` needs a value") }
        let word = words[next]
        // A forgotten value must not swallow the next option.
        if word.hasPrefix("--"), isKnown(word.dropFirst(2)) {
            throw UsageError(
                path: path,
                message: "`\(typed)` needs a value, but \(Excerpt.quoted(word)) follows; write \(typed)=… if that is it"
            )
        }
        next += 1
        return word
    }

    private func isKnown(_ word: Substring) -> Bool {
        let name = word.prefix { $0 != "=" }
        return word.isEmpty || options.contains { $0.name == name } || flags.contains { $0.name == name }
    }

    private mutating func set(_ option: Option, _ value: String, typed: String) throws(UsageError) {
        guard option.choices.isEmpty || option.choices.contains(value) else {
            throw UsageError(
                path: path,
                message: "`\(typed)` must be one of \(option.choices.joined(separator: ", ")), "
                    + "not \(Excerpt.quoted(value))",
                suggestion: NearestName.find(value, in: option.choices))
        }
        guard option.isRepeatable || result.options[option.name] == nil else {
            throw UsageError(path: path, message: "`\(typed)` is given twice")
        }
        result.options[option.name, default: []].append(value)
    }

    // MARK: The end

    private mutating func finished() throws(UsageError) -> Arguments {
        if command.arguments.isEmpty, !command.subcommands.isEmpty {
            throw UsageError(path: path, message: "which command? `\(path.joined(separator: " ")) --help` lists them")
        }
        for argument in command.arguments where argument.isRequired {
            guard result.positionals[argument.name]?.isEmpty != false else { continue }
            throw UsageError(path: path, message: "\(argument.name.uppercased()) is missing")
        }
        // The nearest command's default wins, as its option does.
        for option in chain.flatMap(\.options) { result.defaults[option.name] = option.defaultValue }
        var arguments = Arguments(path: path)
        arguments.flags = result.flags
        arguments.options = result.options
        arguments.positionals = result.positionals
        arguments.defaults = result.defaults
        return arguments
    }

    static func unknownCommand(_ word: String, _ chain: [Command]) -> UsageError {
        let commands = chain.last?.subcommands.filter { !$0.isHidden } ?? []
        return UsageError(
            path: chain.map(\.name), message: "unknown command \(Excerpt.quoted(word))",
            suggestion: NearestName.find(word, in: commands.flatMap { [$0.name] + $0.aliases }))
    }

    private func unknownOption(_ name: String, isSingleDash: Bool = false) -> UsageError {
        let known = options.filter { !$0.isHidden }.map(\.name) + flags.filter { !$0.isHidden }.map(\.name)
        return UsageError(
            path: path, message: "unknown option \(Excerpt.quoted("\(isSingleDash ? "-" : "--")\(name)"))",
            suggestion: NearestName.find(name, in: known).map { "--\($0)" })
    }
}
