import AIUJSON

/// Collects what is wrong while the rest is still being read.
struct ConfigProblems {
    private var problems: [ConfigProblem] = []
    private var omitted = 0
    private var refused: Set<String> = []

    /// Whether all of these fields were read as they were written. Refused ones have fallbacks in their place, and rules
    /// about those would only mislead.
    func areSound(_ fields: String...) -> Bool { refused.isDisjoint(with: fields) }

    mutating func add(
        at position: JSONPosition?, _ field: JSONPath, _ message: String, suggestion: String? = nil
    ) {
        if case .member(let name)? = field.steps.first { refused.insert(name) }
        guard problems.count < ConfigBounds.reportedProblems else {
            omitted += 1
            return
        }
        problems.append(ConfigProblem(at: position, field: field, message: message, suggestion: suggestion))
    }

    /// What to throw, in the order of the text; rules that span fields are found last but may stand first.
    var error: ConfigError? {
        guard !problems.isEmpty else { return nil }
        let sorted = problems.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            return (a.line ?? 0, a.column ?? 0, left.offset) < (b.line ?? 0, b.column ?? 0, right.offset)
        }
        return ConfigError(problems: sorted.map(\.element), omitted: omitted)
    }
}
