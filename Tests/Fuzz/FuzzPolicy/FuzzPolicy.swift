import AIUJSON
import AIUModel
import AIUPolicy

/// Whatever the bytes: a refusal has words and a place, and what is read never widens an outer scope for anybody.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzPolicy(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    do throws(PolicyProblem) {
        check(try PolicyDocument(parsing: bytes))
    } catch {
        precondition(!error.message.isEmpty, "a refusal without words")
        precondition(error.position != nil, "a refusal without a place: \(error)")
    }
    return 0
}

private func check(_ document: PolicyDocument) {
    precondition(document.changes(to: document).isEmpty, "a document differs from itself")
    let users = document.users.keys.sorted().prefix(4).map { PolicySubject(user: UInt32($0), name: $0) }
    let members = document.projects.values.flatMap(\.members.names).sorted().prefix(4).map { name in
        name.hasPrefix("@") ? PolicySubject(groups: [String(name.dropFirst())]) : PolicySubject(name: name)
    }
    let vms = document.vms.keys.sorted().prefix(4).flatMap { vm in
        [PolicySubject(vm: vm)] + document.projects.keys.sorted().prefix(2).map { PolicySubject(vm: vm, project: $0) }
    }
    for subject in [PolicySubject()] + users + members + vms { check(document, subject) }
}

private func check(_ document: PolicyDocument, _ subject: PolicySubject) {
    let policy = EffectivePolicy(document, subject).inForce(version: 1)
    for layer in policy.layers {
        do throws(PolicyProblem) {
            try policy.sections.check(within: layer.sections)
        } catch {
            // What no single scope says can be refused by its words only: a rule that two scopes made narrower.
            precondition(error.path.steps.first == .member("network"), "wider than \(layer.scope): \(error)")
        }
    }
    for tool in ToolName.allCases {
        let allowed = policy.sections.tools?.allows(tool) ?? true
        precondition(allowed == (policy.denial(of: tool) == nil), "the sum and the scopes differ over \(tool)")
    }
    for model in ["a", "qwen2", "z.9"] {
        let allowed = policy.sections.models?.allows(model) ?? true
        precondition(allowed == (policy.denial(ofModel: model) == nil), "the sum and the scopes differ over \(model)")
    }
    do throws(Failure) {
        let answer = try PolicyExplainer(document, policy).explain(ExplainPolicy(subject: subject))
        precondition(answer.entries.allSatisfy { !$0.decidedBy.isEmpty }, "a value that nobody decided")
    } catch {
        preconditionFailure("everything cannot be explained: \(error)")
    }
}
