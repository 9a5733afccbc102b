import AIUJSON

/// Why an `aiu_config.json` was refused: everything that is wrong with it, so that one edit can put it right.
package struct ConfigError: Error, Equatable, Sendable, Codable, CustomStringConvertible {
    /// At most `ConfigBounds.reportedProblems`, in the order of the text.
    package let problems: [ConfigProblem]
    /// How many more there were.
    package let omitted: Int

    package init(problems: [ConfigProblem], omitted: Int = 0) {
        self.problems = problems
        self.omitted = omitted
    }

    init(_ error: JSONError) {
        self.init(problems: [ConfigProblem(at: error.position, field: error.path, message: error.explanation)])
    }

    package var description: String {
        var lines = problems.map(\.description)
        if omitted > 0 { lines.append("and \(omitted) more") }
        return "the configuration is refused and nothing is changed:\n"
            + lines.map { "  \($0)" }.joined(separator: "\n")
    }
}
