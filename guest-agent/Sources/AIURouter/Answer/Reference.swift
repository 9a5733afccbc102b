package import AIUJSON

/// `⟦N⟧` in the arguments of a plan: what an earlier step came to.
package enum Reference {
    package static let open: Character = "⟦"
    package static let close: Character = "⟧"
    /// Bytes of an earlier result that are put into an argument; what is longer is a file.
    package static let longestResult = 16 * 1024

    /// A person's text in which nothing looks like a reference.
    package static func disarmed(_ text: String) -> String {
        String(text.map { $0 == open ? "[" : $0 == close ? "]" : $0 })
    }

    /// The steps that an argument refers to.
    package static func steps(in argument: JSON) -> [Int] {
        guard let text = argument.stringValue else { return [] }
        return pieces(of: text).compactMap { if case .reference(let step) = $0 { step } else { nil } }
    }

    /// The argument with the results in place of references. `result` gives nil for a step that has none.
    package static func resolve(_ argument: JSON, _ result: (Int) -> String?) -> JSON? {
        guard let text = argument.stringValue else { return argument }
        var resolved = ""
        for piece in pieces(of: text) {
            switch piece {
            case .text(let text): resolved += text
            case .reference(let step):
                guard let text = result(step) else { return nil }
                resolved += text
            }
        }
        return .string(resolved)
    }

    private enum Piece {
        case text(Substring)
        case reference(Int)
    }

    private static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let start = rest.firstIndex(of: open), let end = rest[start...].firstIndex(of: close) {
            guard let step = Int(rest[rest.index(after: start)..<end]) else { break }
            pieces.append(.text(rest[..<start]))
            pieces.append(.reference(step))
            rest = rest[rest.index(after: end)...]
        }
        pieces.append(.text(rest))
        return pieces
    }
}
