internal import AIUJSON

/// Who has which role: users by name or number, groups as `@name`.
package struct RoleAssignments: Equatable, Sendable {
    package static let most = 1000
    private static let longestName = 256

    package var members: [Role: [String]]

    package init(_ members: [Role: [String]]) { self.members = members }

    /// Reads `{"viewer": ["anna", "@staff"], …}`; throws what is wrong, and at which value.
    init(_ node: JSONNode) throws(RoleProblem) {
        guard let roles = node.members else {
            throw RoleProblem(node, "`roles` must be an object in braces, not \(node.summary)")
        }
        members = [:]
        for member in roles {
            guard let role = Role(rawValue: member.name) else {
                let known = Role.allCases.map(\.rawValue)
                let hint = NearestName.find(member.name, in: known).map { "; did you mean `\($0)`?" } ?? ""
                throw RoleProblem(
                    member.value,
                    "`\(member.name)` is no role; there are \(known.joined(separator: ", "))\(hint)")
            }
            guard let names = member.value.elements, names.count <= Self.most else {
                throw RoleProblem(
                    member.value,
                    "`\(member.name)` must be a list of at most \(Self.most) users and @groups, not \(member.value.summary)"
                )
            }
            members[role] = try names.map { name throws(RoleProblem) in try Self.name(name) }
        }
    }

    private static func name(_ node: JSONNode) throws(RoleProblem) -> String {
        if case .string(let text) = node.value, text.utf8.count <= longestName, !text.isEmpty, text != "@",
            text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && $0 != ":" })
        {
            return text
        }
        throw RoleProblem(node, "a user's name or number, or a group as \"@name\", is expected, not \(node.summary)")
    }
}

/// What is wrong with an assignment of roles, and where.
struct RoleProblem: Error {
    let node: JSONNode
    let message: String

    init(_ node: JSONNode, _ message: String) {
        self.node = node
        self.message = message
    }
}
