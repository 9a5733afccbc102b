import AIUJSON

/// The details of a network policy.
package struct NetworkOptions: Equatable, Sendable {
    /// The host's named services too, under a policy that reaches further.
    package var allowLocal: Bool
    /// The tunnel too, under a policy that reaches further.
    package var allowVPN: Bool
    /// Domains that may be reached; `*.example.org` covers every name below `example.org`.
    package var whitelistDomains: [DomainPattern]
    /// Domains that may not; it wins over the whitelist.
    package var blacklistDomains: [DomainPattern]
    package var proxySettings: ProxySettings?

    package init(
        allowLocal: Bool = false, allowVPN: Bool = false, whitelistDomains: [DomainPattern] = [],
        blacklistDomains: [DomainPattern] = [], proxySettings: ProxySettings? = nil
    ) {
        self.allowLocal = allowLocal
        self.allowVPN = allowVPN
        self.whitelistDomains = whitelistDomains
        self.blacklistDomains = blacklistDomains
        self.proxySettings = proxySettings
    }

    var json: JSON {
        [
            "allow_local": .bool(allowLocal), "allow_vpn": .bool(allowVPN),
            "whitelist_domains": .array(whitelistDomains.map { .string($0.description) }),
            "blacklist_domains": .array(blacklistDomains.map { .string($0.description) }),
            "proxy_settings": proxySettings?.json ?? nil,
        ]
    }
}
