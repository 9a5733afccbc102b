internal import AIUModel

/// One side of a copy: a path here, or a path in a VM.
package enum CopyPlace: Equatable, Sendable {
    case here(String)
    case inVM(name: String, path: String)

    /// `VM:PATH`, unless a slash comes first.
    package init(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex, !text[..<colon].contains("/") else {
            self = .here(text)
            return
        }
        self = .inVM(name: String(text[..<colon]), path: String(text[text.index(after: colon)...]))
    }

    /// The last component of a path, nil when there is none to speak of.
    package static func lastComponent(_ path: String) -> String? {
        guard let last = path.split(separator: "/").last, last != ".", last != ".." else { return nil }
        return String(last)
    }
}
