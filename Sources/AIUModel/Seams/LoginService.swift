/// Somebody whom a directory, or this host, knows.
package struct Account: Equatable, Sendable, Codable {
    package var name: String
    /// On this host; nil for somebody whom only a directory knows.
    package var user: UInt32?
    package var groups: [String]

    package init(name: String, user: UInt32? = nil, groups: [String]) {
        self.name = name
        self.user = user
        self.groups = groups
    }
}

/// Whoever knows people by name and password.
package protocol LoginService: Sendable {
    /// Throws `unauthenticated` when the name or the password is wrong, `unavailable` when nobody can be asked.
    /// `place` is the address that they come from.
    func login(_ name: String, password: String, from place: String?) async throws(Failure) -> Account
    /// As they are now, without their password: for the tokens that they made. Nil when they are gone.
    func account(named name: String) async throws(Failure) -> Account?
}
