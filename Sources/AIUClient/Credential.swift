internal import AIUSystem
internal import Glibc

/// What is shown to the supervisor instead of the kernel's word.
package struct Credential: Sendable, CustomStringConvertible {
    private static let longest = 4096

    let header: String

    package var description: String { "•••" }

    /// The token of `AIU_TOKEN`, or of the file that `AIU_TOKEN_FILE` names; else the name `AIU_USER` with the password in
    /// `AIU_PASSWORD_FILE`. Never one of the command line, which everybody
    /// on the host can read.
    package static func ofProcess(_ environment: [String: String]) throws(ClientError) -> Credential? {
        if let token = environment["AIU_TOKEN"], !token.isEmpty {
            return Credential(header: "Bearer \(try check(token, "AIU_TOKEN"))")
        }
        if let path = environment["AIU_TOKEN_FILE"], !path.isEmpty {
            return Credential(header: "Bearer \(try check(try secret(in: path), path))")
        }
        guard let name = environment["AIU_USER"], !name.isEmpty else { return nil }
        guard let path = environment["AIU_PASSWORD_FILE"], !path.isEmpty else {
            throw .surroundings("$AIU_USER needs $AIU_PASSWORD_FILE, a file with the password that only you may read")
        }
        return login(name, password: try secret(in: path))
    }

    /// A name and a password, for a supervisor that asks a directory.
    package static func login(_ name: String, password: String) -> Credential {
        Credential(header: "Basic \(Base64.encode(Array("\(name):\(password)".utf8)))")
    }

    /// A secret from a file that only its owner may read.
    static func secret(in path: String) throws(ClientError) -> String {
        let bytes: [UInt8]
        var facts = stat()
        do throws(SystemError) {
            let file = try FileDescriptor.open(path, O_RDONLY)
            guard unsafe fstat(file.raw, &facts) == 0 else { throw SystemError("examine", path, code: .current) }
            bytes = try file.readToEnd(limit: longest)
        } catch {
            throw .system(error)
        }
        guard facts.st_mode & 0o077 == 0 else {
            throw .surroundings(
                "others may read \(path), which holds a secret; run `chmod 600 \(path)`, and make a new one")
        }
        return String(decoding: bytes, as: UTF8.self).trimmed
    }

    private static func check(_ token: String, _ source: String) throws(ClientError) -> String {
        guard !token.isEmpty, token.utf8.count <= longest, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .surroundings("what is in \(source) cannot be a token")
        }
        return token
    }
}

extension String {
    fileprivate var trimmed: String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
