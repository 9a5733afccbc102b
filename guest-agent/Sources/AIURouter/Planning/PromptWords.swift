package import AIUInferenceLink

/// A word of a prompt and where it stands, in Unicode scalars.
package struct PromptWord: Equatable, Sendable {
    package let text: String
    package let start: Int
    package let end: Int
    /// One sign that is glued to both neighbours, like the dot of a file's name.
    package let inner: Bool
}

/// A prompt as words with their places: section 1 of model/README.md.
package struct PromptWords: Equatable, Sendable {
    /// Scalars of a run of letters or digits; what is longer is several words.
    static let longest = 32
    static let newLine = "\n"

    package let words: [PromptWord]
    private let scalars: [Unicode.Scalar]

    package init(_ prompt: String) {
        scalars = Array(prompt.unicodeScalars)
        words = Self.split(scalars)
    }

    /// The words as the process with the models wants them.
    package var routerWords: [RouterWord] { words.map { RouterWord($0.text, inner: $0.inner) } }

    /// What stands in the prompt between two places.
    func text(_ start: Int, _ end: Int) -> String {
        var text = String.UnicodeScalarView()
        if start < end { text.append(contentsOf: scalars[start..<end]) }
        return String(text)
    }

    private static func split(_ scalars: [Unicode.Scalar]) -> [PromptWord] {
        var signs = scalars.indices.map { (place: $0, kind: ScalarClass(scalars[$0])) }
        signs.removeAll { $0.kind == .ignored }
        var first = signs.startIndex
        var end = signs.endIndex
        while first < end, signs[first].kind == .space { first += 1 }
        while first < end, signs[end - 1].kind == .space { end -= 1 }
        let beginning = first
        var words: [PromptWord] = []
        while first < end {
            let kind = signs[first].kind
            let limit = kind == .single ? 1 : kind == .space ? Int.max : longest
            var next = first
            while next < end, signs[next].kind == kind, next - first < limit { next += 1 }
            let places = signs[first..<next].map(\.place)
            if kind == .space {
                let lineEnd = places.first { scalars[$0] == "\n" || scalars[$0] == "\r" }
                if let place = lineEnd {
                    words.append(PromptWord(text: newLine, start: place, end: place + 1, inner: false))
                }
            } else {
                let inner =
                    kind == .single && first > beginning && next < end && signs[first - 1].kind != .space
                    && signs[next].kind != .space
                words += word(scalars, places, inner: inner, letters: kind == .letter)
            }
            first = next
        }
        return words
    }

    /// One word, or the two of a differential such as `dx`.
    private static func word(
        _ scalars: [Unicode.Scalar], _ places: [Int], inner: Bool, letters: Bool
    ) -> [PromptWord] {
        guard let start = places.first, let last = places.last else { return [] }
        if letters, places.count == 2, scalars[start] == "d" || scalars[start] == "D",
            "xyztwXYZTW".unicodeScalars.contains(scalars[last])
        {
            return [start, last].map {
                PromptWord(text: String(scalars[$0]), start: $0, end: $0 + 1, inner: false)
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: places.map { scalars[$0] })
        return [PromptWord(text: String(text), start: start, end: last + 1, inner: inner)]
    }
}
