package import AIUJSON

/// What is wrong with a policy document, and where.
package struct PolicyProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// The way to the value, from where the reader that found it began.
    package private(set) var path: JSONPath
    /// `nil` when what is wrong was found between values; the document then looks the place up by the path.
    package private(set) var position: JSONPosition?
    package private(set) var message: String

    package init(_ node: JSONNode, _ message: String, at path: JSONPath = .root) {
        self.path = path
        position = node.position
        self.message = message
    }

    /// For what is known only by its name, such as a value that is wider than an outer scope's.
    package init(at path: JSONPath = .root, _ message: String) {
        self.path = path
        self.message = message
    }

    init(_ error: JSONError) {
        path = .root
        position = error.position
        message = error.explanation
    }

    /// The same, with what was said at the outer scope.
    func widening(_ scope: PolicyScope, _ position: JSONPosition?) -> PolicyProblem {
        var problem = self
        problem.message += " (\(scope)\(position.map { ", line \($0.line)" } ?? ""))"
        return problem
    }

    /// The same, seen from one step further out.
    package func inside(_ step: JSONPath.Step) -> PolicyProblem {
        var problem = self
        problem.path = JSONPath([step] + path.steps)
        return problem
    }

    package func inside(_ name: String) -> PolicyProblem { inside(.member(name)) }

    /// The same with its place in the text, as far as that tells it.
    package func located(in root: JSONNode) -> PolicyProblem {
        guard position == nil else { return self }
        var problem = self
        problem.position = root.nearest(to: path).position
        return problem
    }

    package var description: String {
        let place = position.map { "\($0): " } ?? ""
        return path.isRoot ? place + message : "\(place)`\(path)`: \(message)"
    }

    package var failure: Failure { Failure(.invalid, description) }
}
