package import AIUModel

extension PolicyInForce {
    /// Why nothing is open to a user whose name and groups nobody knows.
    package static func problem(of user: UInt32) -> String {
        "the policy has rules by names and groups, and the host cannot say now who user \(user) is, so nothing is allowed; try again "
            + "when the host's directory answers (`aiu doctor`), or have an administrator give rules to the number \(user)"
    }

    /// The same with everything closed: whose rules hold is not known, and any of them may be the narrowest.
    package func closed(to user: UInt32) -> PolicyInForce {
        let narrowest = PolicySections(
            network: NetworkRules(mode: .isolated), tokens: TokenRules(perQuery: 0), tools: ToolRules(allow: []))
        return PolicyInForce(
            version: version, layers: layers + [PolicyLayer(.user("\(user)"), narrowest)],
            sections: sections.tightened(by: narrowest), problem: Self.problem(of: user))
    }
}

extension PolicyDocument {
    /// Whether it says anything of people by name, or by groups that would decide about this one.
    package func isAbout(_ subject: PolicySubject) -> Bool {
        func isName(_ text: String) -> Bool { UInt64(text) == nil && !text.hasPrefix("@") }
        let members = projects.values.flatMap(\.members.names)
        if subject.name == nil, users.keys.contains(where: isName) { return true }
        // A VM's project is its own, whoever is a member.
        guard subject.project == nil, subject.vm == nil else { return false }
        return members.contains { $0.hasPrefix("@") || subject.name == nil && isName($0) }
    }
}
