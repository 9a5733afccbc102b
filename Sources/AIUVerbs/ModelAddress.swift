internal import AIUCommandLine
internal import AIUJSON
package import AIUModel

/// Where a model is fetched from.
package struct ModelAddress: Equatable, Sendable {
    private static let schemes = ["https", "http", "file"]
    private static let longest = 4096

    package let text: String
    package let scheme: String

    /// The reason when it is no address that models are fetched from.
    package init(_ text: String) throws(Problem) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw Problem(.usage, "an address is at most \(Self.longest) signs of ASCII without spaces")
        }
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://"),
            let scheme = Self.schemes.first(where: { $0 == text[..<colon].lowercased() }),
            text[colon...].dropFirst(3).contains(where: { $0 != "/" })
        else {
            throw Problem(
                .usage, "\(Excerpt.quoted(text)) is not an address; it begins with https://, http:// or file://")
        }
        self.text = text
        self.scheme = scheme
    }

    /// Without what may be a secret: a name and password before the host, and what follows the path.
    package var shown: String {
        let end = text.firstIndex { $0 == "?" || $0 == "#" } ?? text.endIndex
        let start = text.index(text.startIndex, offsetBy: min(scheme.count + 3, text.count))
        let rest = text[start..<end]
        let host = rest.prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return String(text[..<end]) }
        return "\(scheme)://\(rest[rest.index(after: at)...])"
    }

    /// The name of a model that lies there.
    package var modelName: ModelName? {
        let path = shown.dropFirst(scheme.count + 3)
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return ModelName(forFile: String(path[path.index(after: slash)...]))
    }

    /// Which kinds of addresses a server may send us on to: never from a safe one to one that is not.
    package var redirections: String { scheme == "http" ? "=https,http" : "=https" }
}
