/// Whose a new VM is to be: whoever asked for it.
package struct VMOwner: Equatable, Sendable, Codable {
    package var subject: PolicySubject
    /// May choose projects that they are not a member of.
    package var isAdministrator: Bool

    package init(_ subject: PolicySubject, isAdministrator: Bool) {
        self.subject = subject
        self.isAdministrator = isAdministrator
    }
}
