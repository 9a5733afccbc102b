package import AIUModel

/// What `aiu-login` is asked, once, on its standard input.
package struct LoginOrder: Sendable, Codable, CustomStringConvertible {
    package static let longest = 64 << 10

    package var ldap: LDAPConfiguration?
    package var pam: PAMConfiguration?
    package var name: String
    /// Nil to look somebody up.
    package var password: String?

    package init(ldap: LDAPConfiguration? = nil, pam: PAMConfiguration? = nil, name: String, password: String?) {
        self.ldap = ldap
        self.pam = pam
        self.name = name
        self.password = password
    }

    package var description: String { "a login of '\(name)'" }
}

/// What it answers on its standard output.
package struct LoginAnswer: Equatable, Sendable, Codable {
    package enum Outcome: String, Sendable, Codable {
        case good
        /// The name or the password is wrong, or the account is closed.
        case refused
        /// Nobody has that name.
        case unknown
        /// Nobody could be asked.
        case unavailable
    }

    package var outcome: Outcome
    package var groups: [String]
    /// Why, for the log and the person.
    package var reason: String?

    package init(_ outcome: Outcome, groups: [String] = [], reason: String? = nil) {
        self.outcome = outcome
        self.groups = groups
        self.reason = reason
    }
}
