/// What a VM may reach; the host enforces it.
package enum NetworkPolicy: String, CaseIterable, Codable, Sendable {
    /// Nothing.
    case isolated
    /// Named services of the host only.
    case local
    /// Listed domains only, through the host's egress proxy.
    case allowlist
    /// One tunnel interface only.
    case vpn
    /// Everything that is not on the blacklist, logged.
    case open

    /// Whether the policy leads to the internet at all.
    package var reachesInternet: Bool {
        switch self {
        case .isolated, .local, .vpn: false
        case .allowlist, .open: true
        }
    }
}
