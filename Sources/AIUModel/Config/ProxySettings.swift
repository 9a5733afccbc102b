import AIUJSON

/// The upstream proxy that the host's egress proxy uses; credentials for it stay on the host.
package struct ProxySettings: Equatable, Sendable {
    /// `http://proxy.example.org:3128` or `socks5://…`.
    package var url: String
    /// Domains that are reached without it.
    package var noProxy: [DomainPattern]

    package init(url: String, noProxy: [DomainPattern] = []) {
        self.url = url
        self.noProxy = noProxy
    }

    var json: JSON {
        ["url": .string(url), "no_proxy": .array(noProxy.map { .string($0.description) })]
    }

    /// Scheme, host and port, and nothing else: no path, and above all no user and password.
    static func isValid(_ url: String) -> Bool {
        guard url.utf8.count <= ConfigBounds.proxyLength,
            let scheme = ["http://", "https://", "socks5://"].first(where: url.hasPrefix)
        else { return false }
        let parts = url.dropFirst(scheme.count).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let host = parts.first, let port = parts.last else { return false }
        // Compared as text too: no leading zeros, no plus sign.
        guard let number = UInt16(port), number > 0, String(number) == port else { return false }
        return isHost(host)
    }

    private static func isHost(_ host: Substring) -> Bool {
        host.utf8.count <= ConfigBounds.domainLength
            && host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { DomainPattern.isLabel($0) }
    }
}
