/// Which scope decided, and by which rule.
package struct NetworkReason: Error, Equatable, Sendable, CustomStringConvertible {
    package var scope: String
    package var rule: String

    package init(scope: String, rule: String) {
        self.scope = scope
        self.rule = rule
    }

    package var description: String { "\(scope): \(rule)" }
}
