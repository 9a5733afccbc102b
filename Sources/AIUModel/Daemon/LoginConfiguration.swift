internal import AIUJSON

/// Who knows people by name and password, for those who come over the network.
package enum LoginConfiguration: Equatable, Sendable {
    case ldap(LDAPConfiguration)
    case pam(PAMConfiguration)

    init(_ node: JSONNode) throws(PolicyProblem) {
        let object = try PolicyObject(node, fields: ["ldap", "pam"])
        let ldap = try object.read("ldap") { (node: JSONNode) throws(PolicyProblem) in try LDAPConfiguration(node) }
        let pam = try object.read("pam") { (node: JSONNode) throws(PolicyProblem) in try PAMConfiguration(node) }
        switch (ldap, pam) {
        case (let ldap?, nil): self = .ldap(ldap)
        case (nil, let pam?): self = .pam(pam)
        case (nil, nil), (.some, .some): throw PolicyProblem(node, "must have either `ldap` or `pam`")
        }
    }

    /// How long an answer counts without asking again.
    package var cacheSeconds: Int {
        switch self {
        case .ldap(let ldap): ldap.cacheSeconds
        case .pam(let pam): pam.cacheSeconds
        }
    }
}

/// A directory that checks passwords by a simple bind.
package struct LDAPConfiguration: Equatable, Sendable, Codable {
    static let place = "{user}"
    private static let fields = [
        "url", "start_tls", "ca", "user_dn", "group_base", "group_filter", "group_attribute", "bind_dn",
        "bind_password_file", "timeout_ms", "cache_seconds",
    ]
    package static let usualFilter = "(|(member={dn})(uniqueMember={dn})(memberUid={user}))"

    /// `ldaps://…`, or `ldap://…` with StartTLS: a password never goes in the clear.
    package var url: String
    package var startTLS = false
    package var authority: String?
    /// Whom to bind as, with `{user}` for the name.
    package var userDN: String
    /// Where groups are; without it nobody has any.
    package var groupBase: String?
    package var groupFilter = LDAPConfiguration.usualFilter
    package var groupAttribute = "cn"
    /// Who looks groups up; whoever logs in, and nobody in particular for tokens, when left out.
    package var bindDN: String?
    package var bindPasswordFile: String?
    package var timeoutMilliseconds = 5000
    package var cacheSeconds = 60

    package init(url: String, userDN: String) {
        self.url = url
        self.userDN = userDN
    }

    init(_ node: JSONNode) throws(PolicyProblem) {
        let object = try PolicyObject(node, fields: Self.fields)
        url = try object.required("url") { node throws(PolicyProblem) in try PolicyObject.text(node, atMost: 1024) }
        startTLS = try object.flag("start_tls") ?? false
        // The library reads a list here, of which only the first would be looked at.
        guard !url.contains(where: { $0 == " " || $0 == "," }) else {
            throw PolicyProblem(node, "`url` must be that of one server")
        }
        guard url.hasPrefix("ldaps://") || (url.hasPrefix("ldap://") && startTLS) else {
            throw PolicyProblem(
                node, "`url` must begin with ldaps://, or with ldap:// where `start_tls` is true: passwords go there")
        }
        authority = try object.read("ca", ListenConfiguration.path)
        userDN = try object.required("user_dn") { node throws(PolicyProblem) in
            let text = try PolicyObject.text(node, atMost: 1024)
            guard text.contains(Self.place) else {
                throw PolicyProblem(
                    node, "must contain {user}, where the name goes, as in uid={user},ou=people,dc=example,dc=org")
            }
            return text
        }
        groupBase = try object.text("group_base", atMost: 1024)
        groupFilter = try object.text("group_filter", atMost: 1024) ?? Self.usualFilter
        groupAttribute = try object.text("group_attribute", atMost: 64) ?? "cn"
        bindDN = try object.text("bind_dn", atMost: 1024)
        bindPasswordFile = try object.read("bind_password_file", ListenConfiguration.path)
        guard (bindDN == nil) == (bindPasswordFile == nil) else {
            throw PolicyProblem(node, "`bind_dn` needs `bind_password_file`, and that needs `bind_dn`")
        }
        timeoutMilliseconds = try object.number("timeout_ms", 100...60_000) ?? 5000
        cacheSeconds = try object.number("cache_seconds", 0...3600) ?? 60
    }
}

/// The host's own way to check passwords.
package struct PAMConfiguration: Equatable, Sendable, Codable {
    package var service = "aiu"
    /// Where service files are, if not where PAM looks for them.
    package var folder: String?
    package var timeoutMilliseconds = 10_000
    package var cacheSeconds = 60

    package init() {}

    init(_ node: JSONNode) throws(PolicyProblem) {
        let object = try PolicyObject(node, fields: ["service", "folder", "timeout_ms", "cache_seconds"])
        service =
            try object.read("service") { (node: JSONNode) throws(PolicyProblem) in
                let text = try PolicyObject.text(node, atMost: 64)
                guard !text.contains("/"), !text.hasPrefix(".") else {
                    throw PolicyProblem(node, "must be the name of a file in /etc/pam.d, not \(node.summary)")
                }
                return text
            } ?? "aiu"
        folder = try object.read("folder", ListenConfiguration.path)
        timeoutMilliseconds = try object.number("timeout_ms", 100...60_000) ?? 10_000
        cacheSeconds = try object.number("cache_seconds", 0...3600) ?? 60
    }
}
