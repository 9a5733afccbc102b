package import AIUJSON

/// Which tools may be used. Who is denied one is denied it, whatever allows it.
package struct ToolRules: PolicySection {
    /// `nil` allows all.
    package var allow: [ToolName]?
    package var deny: [ToolName]

    package static let fields = ["allow", "deny"]

    package init(allow: [ToolName]? = nil, deny: [ToolName] = []) {
        self.allow = allow
        self.deny = deny
    }

    package init(_ node: JSONNode) throws(PolicyProblem) {
        let object = try PolicyObject(node, fields: Self.fields)
        allow = try object.read("allow", Self.allowed) ?? nil
        deny = try object.list("deny", Self.tool) ?? []
        if let allow, let index = deny.firstIndex(where: { allow.contains($0) }) {
            throw PolicyProblem(
                at: JSONPath([.member("deny"), .element(index)]),
                "\(deny[index].rawValue) is both allowed and denied; remove it from one of the lists")
        }
    }

    /// `["*"]`, or names.
    private static func allowed(_ node: JSONNode) throws(PolicyProblem) -> [ToolName]? {
        if case .string("*")? = node.elements?.first?.value, node.elements?.count == 1 { return nil }
        return try PolicyObject.elements(node, tool)
    }

    package static func tool(_ node: JSONNode) throws(PolicyProblem) -> ToolName {
        if case .string(let text) = node.value {
            if let tool = ToolName(rawValue: text) { return tool }
            let hint = NearestName.find(text, in: ToolName.allCases.map(\.rawValue)).map { "did you mean `\($0)`?" }
            throw PolicyProblem(
                node, "there is no tool \(Excerpt.quoted(text)); \(hint ?? "`aiu tool ls VM` lists them")")
        }
        throw PolicyProblem(node, "must be the name of a tool, not \(node.summary)")
    }

    package func allows(_ tool: ToolName) -> Bool { allow?.contains(tool) ?? true && !deny.contains(tool) }

    package var inForce: [ToolName] { ToolName.allCases.filter(allows) }

    package func check(within outer: ToolRules) throws(PolicyProblem) {
        for (index, tool) in (allow ?? []).enumerated() where !outer.allows(tool) {
            throw PolicyProblem(
                at: JSONPath([.member("allow"), .element(index)]),
                "allows \(tool.rawValue), which \(outer.refusal(tool))")
        }
    }

    private func refusal(_ tool: ToolName) -> String {
        deny.contains(tool)
            ? "an outer scope denies"
            : "is not among what an outer scope allows (\((allow ?? []).map(\.rawValue).joined(separator: ", ")))"
    }

    package func tightened(by inner: ToolRules) -> ToolRules {
        let denied = deny + inner.deny.filter { !deny.contains($0) }
        guard let allow else { return ToolRules(allow: inner.allow, deny: denied) }
        return ToolRules(allow: inner.allow.map { all in allow.filter(all.contains) } ?? allow, deny: denied)
    }

    package var json: JSON {
        let members: [JSON.Member?] = [
            allow.map { JSON.Member("allow", .array($0.map { .string($0.rawValue) })) },
            deny.isEmpty ? nil : JSON.Member("deny", .array(deny.map { .string($0.rawValue) })),
        ]
        return .object(members.compactMap(\.self))
    }
}
