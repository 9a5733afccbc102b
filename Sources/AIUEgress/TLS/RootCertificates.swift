internal import Glibc

/// Whom the host trusts to vouch for servers.
package enum RootCertificates {
    private static let places = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]

    /// `nil` on a host without; no server is trusted then.
    package static func ofHost() -> String? { places.first { unsafe access($0, R_OK) == 0 } }
}
