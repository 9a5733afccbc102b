package import AIUModel
internal import AIUSystem
internal import CGnuTLS
internal import Glibc

/// What the server shows its clients over TCP, and whose clients it believes.
package struct TLSIdentity: Sendable, CustomStringConvertible {
    private static let longest = 1 << 20

    let certificate: String
    let key: String
    let clientAuthority: String?

    package var description: String { "•••" }

    /// Reads the files; what cannot serve is refused now rather than to each client.
    package init(_ listen: ListenConfiguration) throws(Failure) {
        certificate = try Self.read(listen.certificate)
        key = try Self.read(listen.key, isSecret: true)
        clientAuthority = try listen.clientAuthority.map { path throws(Failure) in try Self.read(path) }
        let code = unsafe aiu_tls_check_pair(
            certificate, UInt32(certificate.utf8.count), key, UInt32(key.utf8.count))
        guard code == 0 else {
            let why = unsafe gnutls_strerror(code).map { unsafe String(cString: $0) } ?? "\(code)"
            throw Failure(.invalid, "\(listen.certificate) and \(listen.key) cannot be used for TLS: \(why)")
        }
        if let clientAuthority, let path = listen.clientAuthority {
            guard unsafe aiu_tls_count_authorities(clientAuthority, UInt32(clientAuthority.utf8.count)) > 0 else {
                throw Failure(.invalid, "\(path) holds no certificate of an authority")
            }
        }
    }

    private static func read(_ path: String, isSecret: Bool = false) throws(Failure) -> String {
        let bytes: [UInt8]
        let mode: mode_t
        do throws(SystemError) {
            mode = try Files.metadata(path).st_mode
            bytes = try Files.read(path, limit: longest)
        } catch {
            throw Failure(.invalid, "\(error)")
        }
        guard !isSecret || mode & 0o007 == 0 else {
            throw Failure(.invalid, "everybody may read the key \(path); run `chmod 600 \(path)`, and make a new one")
        }
        guard !bytes.contains(0) else { throw Failure(.invalid, "\(path) is not in PEM form") }
        return String(decoding: bytes, as: UTF8.self)
    }
}
