/// A command line that was understood.
package struct Arguments: Sendable {
    /// The names of the commands, the program first, aliases resolved.
    package let path: [String]
    var flags: [String: Int] = [:]
    var options: [String: [String]] = [:]
    var positionals: [String: [String]] = [:]
    var defaults: [String: String] = [:]

    init(path: [String]) { self.path = path }

    /// The command without the program: `["vm", "list"]`.
    package var command: [String] { Array(path.dropFirst()) }

    package func flag(_ name: String) -> Bool { count(of: name) > 0 }

    /// How often a flag was given.
    package func count(of name: String) -> Int { flags[name] ?? 0 }

    /// Whether an option was typed, rather than filled in by its default.
    package func isGiven(_ name: String) -> Bool { options[name] != nil }

    /// An option's value, the last one if it was repeated, else its default.
    package func option(_ name: String) -> String? { options[name]?.last ?? defaults[name] }

    /// All values of a repeatable option.
    package func options(_ name: String) -> [String] { options[name] ?? [] }

    package func argument(_ name: String) -> String? { positionals[name]?.first }

    package func arguments(_ name: String) -> [String] { positionals[name] ?? [] }

    /// An argument that the command declares as required.
    package func required(_ name: String) throws(UsageError) -> String {
        guard let value = argument(name) else { throw error("\(name.uppercased()) is missing") }
        return value
    }

    package func error(_ message: String, suggestion: String? = nil) -> UsageError {
        UsageError(path: path, message: message, suggestion: suggestion)
    }
}
