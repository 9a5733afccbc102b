/// A command line that cannot be understood.
package struct UsageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The program and the commands as far as they were understood.
    package let path: [String]
    package let message: String
    /// What was probably meant.
    package let suggestion: String?

    package init(path: [String], message: String, suggestion: String? = nil) {
        self.path = path
        self.message = message
        self.suggestion = suggestion
    }

    package var exitCode: ExitCode { .usage }

    package var description: String {
        let program = path.joined(separator: " ")
        let question = suggestion.map { "; did you mean `\($0)`?" } ?? ""
        return "\(program): \(message)\(question)\nTry `\(program) --help`."
    }
}
