internal import CGnuTLS

/// Why there is no safe connection.
package struct TLSFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    init(_ attempt: String, code: Int32) {
        let reason = unsafe gnutls_strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        description = "\(attempt): \(reason)"
    }
}
