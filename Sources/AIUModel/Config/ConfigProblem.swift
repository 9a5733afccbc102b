package import AIUJSON

/// One thing that is wrong with an `aiu_config.json`.
package struct ConfigProblem: Equatable, Sendable, Codable, CustomStringConvertible {
    /// `nil` when the configuration did not come from a text.
    package let line: Int?
    package let column: Int?
    /// The way to the field, such as `resources.cpu_cores`; empty for the document itself.
    package let field: String
    /// What is wrong, what was found, what was expected, in one sentence.
    package let message: String
    /// A valid name that was probably meant.
    package let suggestion: String?

    package init(at position: JSONPosition?, field: JSONPath, message: String, suggestion: String? = nil) {
        line = position?.line
        column = position?.column
        self.field = field.description
        self.message = message
        self.suggestion = suggestion
    }

    package var description: String {
        var text = ""
        if let line, let column { text = "line \(line), column \(column): " }
        text += message
        if let suggestion { text += "; did you mean `\(suggestion)`?" }
        return text
    }
}
