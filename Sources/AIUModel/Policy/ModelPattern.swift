import AIUJSON

/// A model's name, or the beginning of names followed by `*`.
package struct ModelPattern: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package static let all = ModelPattern(unchecked: "*")

    package init?(_ text: String) {
        if text != "*" {
            let isPrefix = text.hasSuffix("*")
            // A prefix may end where a whole name may not, such as at a `-`.
            guard ModelName(isPrefix ? text.dropLast() + "0" : text) != nil else { return nil }
        }
        self.text = text
    }

    private init(unchecked text: String) { self.text = text }

    private var prefix: Substring? { text.hasSuffix("*") ? text.dropLast() : nil }

    package func matches(_ name: String) -> Bool { prefix.map { name.hasPrefix($0) } ?? (name == text) }

    /// Whether every name that `other` matches is matched by this one too.
    package func covers(_ other: ModelPattern) -> Bool {
        guard let prefix else { return other.text == text }
        return (other.prefix ?? other.text[...]).hasPrefix(prefix)
    }

    package var description: String { text }

    static func read(_ node: JSONNode) throws(PolicyProblem) -> ModelPattern {
        if case .string(let text) = node.value, let pattern = ModelPattern(text) { return pattern }
        throw PolicyProblem(
            node, "must be a model's name, the beginning of names and `*`, or \"*\", not \(node.summary)")
    }
}
