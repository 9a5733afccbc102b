internal import COpenSSL

/// What all TLS connections of a kind share.
@safe final class TLSContext {
    let handle: OpaquePointer

    fileprivate init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    /// For connections to servers, which are checked against these files of roots. They are read now.
    init?(roots: String?, moreRoots: String?) {
        guard let handle = unsafe aiu_tls_client_context(roots, moreRoots) else { return nil }
        unsafe self.handle = handle
    }

    deinit { unsafe aiu_tls_free_context(handle) }
}

/// The certificate authority of one VM, which trusts it. Its key leaves neither this process nor the supervisor.
@safe package final class TLSAuthority {
    private static let longest = 16 << 10

    private let handle: OpaquePointer
    private var contexts: [String: TLSContext] = [:]

    /// PEM: certificate and key.
    package init?(_ pem: [UInt8]) {
        guard let handle = unsafe aiu_tls_open_authority(pem, pem.count) else { return nil }
        unsafe self.handle = handle
    }

    deinit { unsafe aiu_tls_close_authority(handle) }

    /// Certificate and key of a new authority, as PEM.
    package static func make(name: String) -> [UInt8]? {
        var pem = [UInt8](repeating: 0, count: longest)
        let count = unsafe aiu_tls_make_authority(name, &pem, pem.count)
        return count > 0 ? Array(pem.prefix(count)) : nil
    }

    /// With a certificate for the host, made when it is asked for first.
    func context(host: String, isAddress: Bool) -> TLSContext? {
        if let known = contexts[host] { return known }
        if contexts.count >= EgressLimits.certificates { contexts = [:] }
        guard let handle = unsafe aiu_tls_server_context(handle, host, isAddress ? 1 : 0) else { return nil }
        let context = unsafe TLSContext(handle)
        contexts[host] = context
        return context
    }

    /// Certificates live for weeks: now and then all are made anew.
    func forgetCertificates() { contexts = [:] }
}
