internal import AIUModel
package import AIUSystem
internal import Glibc

/// A libguestfs call that failed, in libguestfs's own words.
package struct GuestFSError: Error, Equatable, Sendable, CustomStringConvertible {
    package let call: String
    package let message: String
    package let code: Errno

    package init(_ call: String, _ message: String, code: Errno) {
        self.call = call
        // The first line says it; the rest is advice about debugging libguestfs itself.
        self.message = String(message.split(separator: "\n").first ?? "it gave no reason").prefix(500).description
        self.code = code
    }

    package var description: String { "libguestfs could not \(call): \(message)" }

    var kind: Failure.Reason {
        switch code.number {
        case ENOENT: .notFound
        case ENOSPC, EDQUOT: .noSpace
        case EACCES, EPERM, EROFS: .denied
        case EISDIR, ENOTDIR, ELOOP, ENAMETOOLONG: .invalid
        default: .internalError
        }
    }
}
