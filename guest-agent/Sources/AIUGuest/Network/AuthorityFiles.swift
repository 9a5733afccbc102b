internal import AIUSystem
internal import Glibc

/// Where programs look for those whose certificates they trust: the image's own list, and the host's proxy.
package struct AuthorityFiles {
    private let folder: String
    private let imageBundle: String
    /// OpenSSL, and Python with it, reads this file besides the image's list.
    private let defaultFile: String

    package init(
        folder: String = "/run/aiu", imageBundle: String = "/etc/ssl/certs/ca-certificates.crt",
        defaultFile: String = "/usr/lib/ssl/cert.pem"
    ) {
        self.folder = folder
        self.imageBundle = imageBundle
        self.defaultFile = defaultFile
    }

    private var certificate: String { "\(folder)/authority.pem" }
    private var bundle: String { "\(folder)/authorities.pem" }

    /// What programs with lists of their own are told. Nothing while there is no authority.
    var environment: [String] {
        guard Files.exists(bundle) else { return [] }
        return [
            "SSL_CERT_FILE=\(bundle)", "CURL_CA_BUNDLE=\(bundle)", "REQUESTS_CA_BUNDLE=\(bundle)",
            "GIT_SSL_CAINFO=\(bundle)", "NODE_EXTRA_CA_CERTS=\(certificate)",
        ]
    }

    /// Makes programs trust whoever has this certificate, in PEM; the problem when that could not be done.
    func install(_ text: [UInt8]) -> String? {
        do throws(SystemError) {
            try Files.makeFolder(folder, mode: 0o755)
            if text.isEmpty {
                for path in [certificate, bundle] { try Files.remove(path) }
                return nil
            }
            // An image without a list trusts nobody else.
            let others = (try? Files.read(imageBundle, limit: 4 << 20)) ?? []
            try Files.replace(certificate, with: text, mode: 0o644)
            try Files.replace(bundle, with: others + [UInt8(ascii: "\n")] + text, mode: 0o644)
            guard !Files.exists(defaultFile) else { return nil }
            // A link that leads nowhere is one of ours from before.
            _ = unsafe unlink(defaultFile)
            try SystemError.checkErrno(unsafe symlink(certificate, defaultFile), "make the link", defaultFile)
            return nil
        } catch {
            return "programs may not trust the host's proxy: \(error)"
        }
    }
}
