internal import AIUModel

/// An absolute path inside a VM, without `..`.
package struct GuestPath: Equatable, Sendable, CustomStringConvertible {
    package static let maxLength = 4096

    package let text: String

    package init(_ text: String, to attempt: String) throws(ImageError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: true)
        guard text.hasPrefix("/"), text.utf8.count < Self.maxLength, !text.utf8.contains(0) else {
            throw .refused(attempt, .invalid, "a path in a VM begins with '/' and is shorter than \(Self.maxLength)")
        }
        guard !parts.contains("..") else { throw .refused(attempt, .invalid, "a path may not contain '..'") }
        guard !parts.isEmpty else { throw .refused(attempt, .invalid, "'/' is a folder") }
        guard parts.allSatisfy({ $0.utf8.count <= 255 }) else {
            throw .refused(attempt, .invalid, "a name in a path has at most 255 bytes")
        }
        self.text = "/" + parts.filter { $0 != "." }.joined(separator: "/")
    }

    package var description: String { text }
}
