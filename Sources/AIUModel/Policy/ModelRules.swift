package import AIUJSON

/// Which models may be used, by name or by the beginning of names (`qwen*`). A denial wins.
package struct ModelRules: PolicySection {
    package var allow: [ModelPattern]
    package var deny: [ModelPattern]

    package static let fields = ["allow", "deny"]

    package init(allow: [ModelPattern] = [.all], deny: [ModelPattern] = []) {
        self.allow = allow
        self.deny = deny
    }

    package init(_ node: JSONNode) throws(PolicyProblem) {
        let object = try PolicyObject(node, fields: Self.fields)
        allow = try object.list("allow", ModelPattern.read) ?? [.all]
        deny = try object.list("deny", ModelPattern.read) ?? []
        for (index, pattern) in allow.enumerated() {
            guard let denied = deny.first(where: { $0.covers(pattern) }) else { continue }
            throw PolicyProblem(
                at: JSONPath([.member("allow"), .element(index)]),
                "allows \(pattern), but \(denied) in `deny` takes all of that away; remove one of them")
        }
    }

    package func allows(_ model: String) -> Bool {
        allow.contains { $0.matches(model) } && !deny.contains { $0.matches(model) }
    }

    package func check(within outer: ModelRules) throws(PolicyProblem) {
        for (index, pattern) in allow.enumerated() where pattern != .all {
            guard outer.allow.contains(where: { $0.covers(pattern) }) else {
                throw PolicyProblem(
                    at: JSONPath([.member("allow"), .element(index)]),
                    "allows \(pattern), but an outer scope allows only \(outer.allow.map(\.text).joined(separator: ", "))"
                )
            }
            if let denied = outer.deny.first(where: { $0.covers(pattern) }) {
                throw PolicyProblem(
                    at: JSONPath([.member("allow"), .element(index)]),
                    "allows \(pattern), but an outer scope denies \(denied)")
            }
        }
    }

    package func tightened(by inner: ModelRules) -> ModelRules {
        var both: [ModelPattern] = []
        for outer in allow {
            for pattern in inner.allow {
                let narrow = outer.covers(pattern) ? pattern : pattern.covers(outer) ? outer : nil
                if let narrow, !both.contains(narrow) { both.append(narrow) }
            }
        }
        return ModelRules(allow: both, deny: deny + inner.deny.filter { !deny.contains($0) })
    }

    package var json: JSON {
        let members: [JSON.Member?] = [
            allow == [.all] ? nil : JSON.Member("allow", .array(allow.map { .string($0.text) })),
            deny.isEmpty ? nil : JSON.Member("deny", .array(deny.map { .string($0.text) })),
        ]
        return .object(members.compactMap(\.self))
    }
}
