/// What one scope says, where several hold.
package struct PolicyLayer: Equatable, Sendable {
    package var scope: PolicyScope
    package var sections: PolicySections

    package init(_ scope: PolicyScope, _ sections: PolicySections) {
        self.scope = scope
        self.sections = sections
    }
}
