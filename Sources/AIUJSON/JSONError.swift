/// Why a text, or a value in it, was refused, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package enum Reason: Equatable, Sendable {
        /// The text is not JSON here.
        case syntax(expected: String, found: String)
        /// The text is JSON that would cost more than was allowed.
        case tooLarge(String)
        /// A name occurs twice in one object, so that readers could disagree about its value.
        case duplicate(String)
        /// The value is of another kind, or out of range.
        case mismatch(expected: String, found: String)
        /// A required member is not there.
        case missing
        /// The value was refused by the type that reads or writes it.
        case invalid(String)
    }

    package let reason: Reason
    package let path: JSONPath
    package let position: JSONPosition?

    package init(_ reason: Reason, path: JSONPath = .root, position: JSONPosition? = nil) {
        self.reason = reason
        self.path = path
        self.position = position
    }

    package var line: Int? { position?.line }
    package var column: Int? { position?.column }

    package var description: String {
        position.map { "\($0): \(explanation)" } ?? explanation
    }

    /// The message without the position.
    package var explanation: String {
        switch reason {
        case .syntax(let expected, let found): "expected \(expected)\(place), found \(found)"
        case .tooLarge(let limit): "the text\(place) exceeds the limit of \(limit)"
        case .duplicate(let name): "\(Excerpt.quoted(name)) occurs twice\(place); remove one of them"
        case .mismatch(let expected, let found): "\(subject) must be \(expected), not \(found)"
        case .missing: "\(subject) is missing"
        case .invalid(let message): path.isRoot ? message : "\(subject): \(message)"
        }
    }

    private var place: String { path.isRoot ? "" : " in `\(path)`" }
    private var subject: String { path.isRoot ? "the value" : "`\(path)`" }
}
