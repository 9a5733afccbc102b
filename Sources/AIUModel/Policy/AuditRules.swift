package import AIUJSON

/// What the audit keeps of prompts and answers.
package struct AuditRules: PolicySection {
    package enum Contents: String, CaseIterable, Sendable {
        /// Their SHA-256 only.
        case digest
        /// Their text too, with what looks like a secret blackened.
        case full
    }

    package var prompts: Contents?

    package static let fields = ["prompts"]

    package init(prompts: Contents? = nil) { self.prompts = prompts }

    package init(_ node: JSONNode) throws(PolicyProblem) {
        prompts = try PolicyObject(node, fields: Self.fields).choice("prompts")
    }

    /// To keep more is to be stricter.
    package func check(within outer: AuditRules) throws(PolicyProblem) {
        if outer.prompts == .full, prompts == .digest {
            throw PolicyProblem(at: JSONPath([.member("prompts")]), "is digest, but an outer scope keeps them in full")
        }
    }

    package func tightened(by inner: AuditRules) -> AuditRules {
        AuditRules(prompts: prompts == .full || inner.prompts == .full ? .full : inner.prompts ?? prompts)
    }

    package var json: JSON { .object(prompts.map { [JSON.Member("prompts", .string($0.rawValue))] } ?? []) }
}
