package import AIUModel

/// What of a policy document holds for a user and a VM.
package struct EffectivePolicy: Equatable, Sendable {
    /// All scopes that apply, the widest first; the host's always does.
    package let layers: [PolicyLayer]
    package let sections: PolicySections

    /// A VM belongs to one project or to none. What is asked without a VM concerns all projects of the user.
    package init(_ document: PolicyDocument, _ subject: PolicySubject) {
        var scopes: [PolicyScope] = [.host]
        if let project = subject.project {
            scopes.append(.project(project))
        } else if subject.vm == nil {
            scopes += document.projects(of: subject).map { .project($0) }
        }
        scopes += subject.names.map { .user($0) }
        if let vm = subject.vm { scopes.append(.vm(vm)) }
        layers = scopes.compactMap { scope in document.sections(of: scope).map { PolicyLayer(scope, $0) } }
        sections = layers.dropFirst().reduce(document.host) { $0.tightened(by: $1.sections) }
    }

    package func inForce(version: Int64) -> PolicyInForce {
        PolicyInForce(version: version, layers: layers, sections: sections)
    }
}
