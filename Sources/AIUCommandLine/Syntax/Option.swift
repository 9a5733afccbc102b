/// `--name VALUE`.
package struct Option: Sendable {
    /// Without the dashes.
    package var name: String
    package var short: Character?
    /// What the help calls its value.
    package var value: String
    package var summary: String
    package var isRepeatable: Bool
    package var isHidden: Bool
    package var defaultValue: String?
    /// The only values there are; empty when any will do.
    package var choices: [String]
    package var completion: Completion

    package init(
        _ name: String, short: Character? = nil, value: String, _ summary: String, isRepeatable: Bool = false,
        isHidden: Bool = false, default defaultValue: String? = nil, choices: [String] = [],
        completion: Completion = .none
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.summary = summary
        self.isRepeatable = isRepeatable
        self.isHidden = isHidden
        self.defaultValue = defaultValue
        self.choices = choices
        self.completion = completion
    }
}
