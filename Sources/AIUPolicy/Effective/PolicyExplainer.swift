internal import AIUJSON
package import AIUModel

/// Tells what is in force, and which scope and line of the document decided.
package struct PolicyExplainer {
    private let document: PolicyDocument
    private let policy: PolicyInForce

    package init(_ document: PolicyDocument, _ policy: PolicyInForce) {
        self.document = document
        self.policy = policy
    }

    package func explain(_ question: ExplainPolicy) throws(Failure) -> PolicyExplanation {
        var result = PolicyExplanation(
            version: policy.version, scopes: policy.layers.map(\.scope.description), entries: [])
        if let tool = question.tool {
            (result.allowed, result.answer, result.entries) = try explain(tool: tool)
        } else if let model = question.model {
            (result.allowed, result.answer, result.entries) = try explain(model: model)
        } else {
            result.entries = entries(in: question.field)
            if let field = question.field, result.entries.isEmpty {
                try Self.checkField(field)
                result.answer = "nothing in the policy says anything about `\(field)`"
            }
        }
        return result
    }

    // MARK: Values

    private func entries(in field: String?) -> [PolicyExplanation.Entry] {
        PolicyFacts(policy.sections.json).values
            .filter { path, _ in
                guard let field else { return true }
                let name = path.description
                return name == field || name.hasPrefix(field + ".")
            }
            .map { path, value in
                PolicyExplanation.Entry(
                    field: path.description, value: value.text(), decidedBy: sources(of: path, value))
            }
    }

    /// The widest scope that says the same is the one that decided; where none does, several add up.
    private func sources(of path: JSONPath, _ value: JSON) -> [PolicyExplanation.Source] {
        let said = policy.layers.compactMap { layer -> (PolicyScope, JSON)? in
            Self.value(at: path, in: layer.sections.json).map { (layer.scope, $0) }
        }
        let same = said.first { $0.1 == value }
        return (same.map { [$0] } ?? said).map { scope, _ in source(scope, path.steps) }
    }

    private func source(_ scope: PolicyScope, _ steps: some Sequence<JSONPath.Step>) -> PolicyExplanation.Source {
        PolicyExplanation.Source(scope: scope.description, line: document.position(of: steps, scope)?.line)
    }

    private static func value(at path: JSONPath, in json: JSON) -> JSON? {
        var json = json
        for step in path.steps {
            guard case .member(let name) = step, let next = json[name] else { return nil }
            json = next
        }
        return json
    }

    private static func checkField(_ field: String) throws(Failure) {
        let first = String(field.prefix { $0 != "." && $0 != "[" })
        guard !PolicySections.fields.contains(first) else { return }
        let hint = NearestName.find(first, in: PolicySections.fields).map { "did you mean `\($0)`?" }
        throw Failure(
            .invalid,
            "a policy has no field `\(field.prefix(64))`; "
                + (hint ?? "there are \(PolicySections.fields.joined(separator: ", "))"))
    }

    // MARK: Tools and models

    private func explain(tool name: String) throws(Failure) -> (Bool, String, [PolicyExplanation.Entry]) {
        guard let tool = ToolName(rawValue: name) else {
            let hint = NearestName.find(name, in: ToolName.allCases.map(\.rawValue)).map { "did you mean '\($0)'?" }
            throw Failure(
                .invalid, "there is no tool '\(name.prefix(64))'; \(hint ?? "`aiu policy explain` shows the rules")")
        }
        if let denial = policy.denial(of: tool) { return denied(denial, name) }
        let entries = entries(in: "tools") + entries(in: "confirmations")
        guard let scope = policy.confirmation(of: tool) else {
            return (true, "\(name) may be used; nothing in the policy stands against it", entries)
        }
        return (
            true,
            "\(name) may be used once a person has agreed: \(source(scope, [.member("confirmations")])) wants that",
            entries
        )
    }

    private func explain(model name: String) throws(Failure) -> (Bool, String, [PolicyExplanation.Entry]) {
        guard ModelName(name) != nil else {
            throw Failure(.invalid, "'\(name.prefix(64))' is not a model's name: \(ModelName.rule)")
        }
        if let denial = policy.denial(ofModel: name) { return denied(denial, name) }
        return (true, "\(name) may be used; nothing in the policy stands against it", entries(in: "models"))
    }

    private func denied(_ verdict: PolicyVerdict, _ name: String) -> (Bool, String, [PolicyExplanation.Entry]) {
        let place = source(verdict.scope, verdict.field.map { .member($0) })
        return (false, "\(name) may not be used: \(place) \(verdict.words)", entries(in: verdict.field[0]))
    }
}
