/// A path of a rule: one path, or `/v1/*` for everything below.
package struct PathPattern: Hashable, Sendable, CustomStringConvertible {
    /// The path, or what a path must begin with.
    package let text: String
    package let isPrefix: Bool

    /// Only what a request's path looks like once it is normalised; a `*` stands at the end or nowhere.
    package init?(parsing pattern: String) {
        let isPrefix = pattern.hasSuffix("*")
        let text = isPrefix ? String(pattern.dropLast()) : pattern
        guard text.hasPrefix("/"), text.utf8.count <= 1024,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"*?#\\".utf8.contains($0) }), !text.contains("//"),
            !text.split(separator: "/").contains(where: { $0 == "." || $0 == ".." })
        else { return nil }
        self.text = text
        self.isPrefix = isPrefix
    }

    package func matches(_ path: String) -> Bool { isPrefix ? path.utf8.starts(with: text.utf8) : path == text }

    package func covers(_ other: PathPattern) -> Bool {
        isPrefix ? other.text.utf8.starts(with: text.utf8) : !other.isPrefix && other.text == text
    }

    package var description: String { isPrefix ? text + "*" : text }
}
