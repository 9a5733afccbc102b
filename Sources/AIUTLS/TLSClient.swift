package import AIUSystem
internal import CGnuTLS
internal import Glibc

/// The client's end of a TLS connection whose server has proven who it is. The socket does not block.
@safe package final class TLSClient {
    /// Whom to trust, and what to show.
    package struct Settings: Sendable {
        /// The server's name, or address, which its certificate must have.
        package var host: String
        /// A PEM file: only what these sign is trusted. The system's authorities otherwise.
        package var authorities: String?
        package var certificate: String?
        package var key: String?

        package init(host: String, authorities: String?, certificate: String?, key: String?) {
            self.host = host
            self.authorities = authorities
            self.certificate = certificate
            self.key = key
        }
    }

    package enum Outcome {
        case bytes([UInt8])
        case sent(Int)
        case again
        case ended
    }

    private static let priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
    private static let piece = 16 << 10

    private let session: gnutls_session_t
    private let credentials: gnutls_certificate_credentials_t
    package let socket: FileDescriptor
    private let host: String
    /// The library keeps the pointer until the server's certificate has come.
    private let expectedName: UnsafeMutablePointer<CChar>?

    package init(_ socket: consuming FileDescriptor, _ settings: Settings) throws(TLSFailure) {
        var made: gnutls_certificate_credentials_t?
        try Self.check(unsafe gnutls_certificate_allocate_credentials(&made), "cannot begin TLS")
        var session: gnutls_session_t?
        let code = unsafe aiu_tls_client(&session)
        guard let credentials = unsafe made, let session = unsafe session, code >= 0 else {
            unsafe gnutls_certificate_free_credentials(made)
            throw TLSFailure("cannot begin TLS", code: code)
        }
        unsafe self.credentials = credentials
        unsafe self.session = session
        self.socket = socket
        host = settings.host
        unsafe expectedName = strdup(host)
        // Without a name any would do.
        guard let expectedName = unsafe expectedName else { throw TLSFailure("cannot begin TLS: no memory is left") }
        try trust(settings.authorities)
        if let certificate = settings.certificate, let key = settings.key {
            try Self.check(
                unsafe gnutls_certificate_set_x509_key_file(credentials, certificate, key, GNUTLS_X509_FMT_PEM),
                "cannot use the certificate \(certificate) with the key \(key)")
        }
        try Self.check(unsafe gnutls_priority_set_direct(session, Self.priorities, nil), "cannot begin TLS")
        try Self.check(unsafe aiu_tls_set_credentials(session, credentials), "cannot begin TLS")
        if !Self.isAddress(host) {
            try Self.check(unsafe aiu_tls_set_name(session, host, host.utf8.count), "cannot begin TLS")
        }
        unsafe gnutls_session_set_verify_cert(session, expectedName, 0)
        unsafe aiu_tls_set_descriptor(session, self.socket.raw)
    }

    deinit {
        unsafe gnutls_deinit(session)
        unsafe gnutls_certificate_free_credentials(credentials)
        unsafe free(expectedName)
    }

    /// False until both sides have agreed; to be called again when the socket is ready.
    package func shakeHands() throws(TLSFailure) -> Bool {
        let code = unsafe gnutls_handshake(session)
        if code >= 0 { return true }
        if Self.isTemporary(code) { return false }
        guard code != GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR, code != GNUTLS_E_CERTIFICATE_ERROR else {
            let text = unsafe aiu_tls_complaint(session)
            defer { unsafe aiu_tls_free(text) }
            let why = unsafe text.map { unsafe String(cString: $0) } ?? "it cannot be verified"
            throw TLSFailure(
                "\(host) is not trusted: \(why) Name the authority that signed its certificate with --ca or $AIU_CA")
        }
        throw TLSFailure("no safe connection to \(host)", code: code)
    }

    package var wantsToWrite: Bool { unsafe gnutls_record_get_direction(session) == 1 }
    /// Something was received that can be read without the socket.
    package var holdsBytes: Bool { unsafe gnutls_record_check_pending(session) > 0 }

    package func receive() throws(TLSFailure) -> Outcome {
        var bytes = [UInt8](repeating: 0, count: Self.piece)
        let count = unsafe gnutls_record_recv(session, &bytes, bytes.count)
        if count > 0 { return .bytes(Array(bytes[..<count])) }
        if count == 0 { return .ended }
        let code = Int32(count)
        if Self.isTemporary(code) { return .again }
        if code == GNUTLS_E_PREMATURE_TERMINATION { return .ended }
        throw TLSFailure("the connection to \(host) broke", code: code)
    }

    package func send(_ bytes: ArraySlice<UInt8>) throws(TLSFailure) -> Outcome {
        let count = unsafe bytes.withUnsafeBytes { buffer in
            unsafe gnutls_record_send(session, buffer.baseAddress, min(buffer.count, Self.piece))
        }
        if count >= 0 { return .sent(count) }
        if Self.isTemporary(Int32(count)) { return .again }
        throw TLSFailure("the connection to \(host) broke", code: Int32(count))
    }

    /// Tells the other side that nothing more comes; what it sends still does.
    package func endSending() { _ = unsafe gnutls_bye(session, GNUTLS_SHUT_WR) }

    private func trust(_ path: String?) throws(TLSFailure) {
        if let path {
            let count = unsafe gnutls_certificate_set_x509_trust_file(credentials, path, GNUTLS_X509_FMT_PEM)
            guard count > 0 else { throw TLSFailure("\(path) holds no certificate of an authority") }
        } else {
            try Self.check(
                unsafe gnutls_certificate_set_x509_system_trust(credentials), "cannot read the system's authorities")
        }
    }

    private static func isTemporary(_ code: Int32) -> Bool {
        code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED || code == GNUTLS_E_WARNING_ALERT_RECEIVED
            || code == GNUTLS_E_REHANDSHAKE
    }

    private static func isAddress(_ host: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return unsafe inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
    }

    private static func check(_ code: Int32, _ attempt: String) throws(TLSFailure) {
        if code < 0 { throw TLSFailure(attempt, code: code) }
    }
}
