/// Whom a VM trusts to sign in place of servers: its host's proxy alone, made anew whenever its way out is.
package struct EgressAuthority: Sendable, CustomStringConvertible {
    /// PEM, which the guest is given.
    package let certificate: [UInt8]
    /// PEM, which only the proxy is given.
    package let key: [UInt8]

    package init(certificate: [UInt8], key: [UInt8]) {
        self.certificate = certificate
        self.key = key
    }

    package var description: String { "an authority: •••" }
}
