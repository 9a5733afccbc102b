import AIUJSON

/// Users by name or number, groups as `@name`.
package struct PolicyMembers: Equatable, Sendable {
    private static let longestName = 256

    package var names: [String]

    package init(_ names: [String]) { self.names = names }

    init(_ node: JSONNode) throws(PolicyProblem) {
        names = try PolicyObject.elements(node) { (node: JSONNode) throws(PolicyProblem) in
            if case .string(let text) = node.value, Self.isName(text) { return text }
            throw PolicyProblem(
                node, "must be a user's name or number, or a group as \"@name\", not \(node.summary)")
        }
    }

    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text != "@" && text.utf8.count <= longestName
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != ":" }
    }

    package func contains(_ subject: PolicySubject) -> Bool {
        !Set(subject.names + subject.groups.map { "@\($0)" }).isDisjoint(with: names)
    }
}

extension PolicySubject {
    /// What the person is called in documents. A directory may hold a user who is called like another one's number, or like
    /// a group, which is then no name.
    package var names: [String] {
        let name = name.flatMap { $0.hasPrefix("@") || UInt64($0) != nil ? nil : $0 }
        return [user.map { "\($0)" }, name].compactMap(\.self)
    }
}
