internal import AIUJSON
package import AIUModel

/// A part of a policy as single values by their ways, so that two can be compared.
struct PolicyFacts {
    /// In the order in which they are written.
    let values: [(path: JSONPath, value: JSON)]

    /// Lists count as one value: what moves in them would otherwise look like a change of everything behind it.
    init(_ json: JSON) {
        var values: [(JSONPath, JSON)] = []
        Self.collect(json, .root, &values)
        self.values = values
    }

    private static func collect(_ json: JSON, _ path: JSONPath, _ values: inout [(JSONPath, JSON)]) {
        guard let members = json.membersValue else { return values.append((path, json)) }
        for member in members where member.name != PolicyObject.comment && member.name != "$schema" {
            collect(member.value, path.appending(member.name), &values)
        }
    }

    static func changes(from former: PolicyFacts, to next: PolicyFacts) -> [PolicyChange] {
        let before = Dictionary(former.values.map { ($0.path, $0.value) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(next.values.map { ($0.path, $0.value) }, uniquingKeysWith: { first, _ in first })
        let paths = next.values.map(\.path) + former.values.map(\.path).filter { after[$0] == nil }
        return paths.filter { before[$0] != after[$0] }
            .map { PolicyChange(field: "\($0)", before: before[$0]?.text(), after: after[$0]?.text()) }
    }
}

extension PolicyDocument {
    /// What is written otherwise in `next`, comments aside.
    package func changes(to next: PolicyDocument) -> [PolicyChange] {
        PolicyFacts.changes(from: PolicyFacts(JSON(root)), to: PolicyFacts(JSON(next.root)))
    }
}

extension PolicyInForce {
    /// What holds otherwise under `next`.
    package func changes(to next: PolicyInForce) -> [PolicyChange] {
        PolicyFacts.changes(from: PolicyFacts(sections.json), to: PolicyFacts(next.sections.json))
    }
}
