internal import AIUModel
internal import AIUSeal
internal import AIUSystem
internal import Glibc

/// Secrets as files that only the supervisor's user can read, each named for its secret.
struct SecretFolder {
    private static let longestFile = EgressSecret.longestValue + 64 * 1024
    static let most = 256

    let path: String
    private let seal: SecretSeal?

    init(_ path: String, _ seal: SecretSeal?) throws(SystemError) {
        self.path = path
        self.seal = seal
        try Files.makeFolder(path, mode: 0o700)
        // It may have been made by somebody else, more openly.
        try SystemError.checkErrno(unsafe chmod(path, 0o700), "close to others", path)
    }

    func read() throws(Failure) -> [EgressSecret] {
        do throws(SystemError) {
            var secrets: [EgressSecret] = []
            for name in try Files.names(in: path).sorted() where EgressSecret.isName(name) {
                var bytes = try Files.read("\(path)/\(name)", limit: Self.longestFile)
                if SecretSeal.isSealed(bytes) { bytes = try opened(bytes, name) }
                guard let secret = EgressSecret(payload: bytes), secret.name == name else {
                    throw SystemError("use the secret in", "\(path)/\(name)", code: .invalidArgument)
                }
                secrets.append(secret)
            }
            return secrets
        } catch {
            throw Failure(.internalError, "the secrets cannot be read: \(error)")
        }
    }

    private func opened(_ bytes: [UInt8], _ name: String) throws(SystemError) -> [UInt8] {
        guard let content = seal?.open(bytes) else {
            throw SystemError("open the seal of", "\(path)/\(name)", code: .permissionDenied)
        }
        return content
    }

    func write(_ secret: EgressSecret) throws(Failure) {
        let content = secret.kept
        do throws(SystemError) {
            try Files.replace("\(path)/\(secret.name)", with: seal?.seal(content) ?? content, mode: 0o600)
        } catch {
            throw Failure(.noSpace, "the secret cannot be kept: \(error)")
        }
    }

    func remove(_ name: String) throws(Failure) {
        do throws(SystemError) {
            try Files.remove("\(path)/\(name)")
        } catch {
            throw Failure(.internalError, "the secret cannot be removed: \(error)")
        }
    }
}
