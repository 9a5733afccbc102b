internal import AIUInferenceLink
internal import CLlama

/// A prompt as the router's encoder reads it: section 2 of model/README.md.
struct RouterSequence {
    /// Numbers of the words that are read.
    private(set) var kept: [Int] = []
    private(set) var tokens: [llama_token] = []
    /// Where the states are that the heads need: that of [CLS], then of each kept word's first token.
    private(set) var places: [Int] = []

    init(_ request: RouteRequest, _ words: RouterTokens, _ shape: RouterShape) throws(InferenceFailure) {
        var tail: [llama_token] = []
        for file in request.files.prefix(shape.maxFiles) {
            for word in file.suffix(shape.maxFileWords) { tail += try words.tokens(word) }
            tail.append(words.separator)
        }
        let room = shape.maxTokens - 2 - tail.count
        guard room > 0 else { throw InferenceFailure(.tooLong, "the names of the files leave no room for the prompt") }
        let chosen = try Self.choose(request.words, words, room)
        tokens = [words.start]
        places = [0]
        for (number, pieces) in chosen {
            kept.append(number)
            places.append(tokens.count)
            tokens += pieces
        }
        tokens.append(words.separator)
        tokens += tail
    }

    /// All words, or those at both ends when they are too many.
    private static func choose(
        _ prompt: [RouterWord], _ words: RouterTokens, _ room: Int
    ) throws(InferenceFailure) -> [(Int, [llama_token])] {
        var first: [(Int, [llama_token])] = []
        var used = 0
        while first.count < prompt.count, used <= room {
            let pieces = try words.tokens(prompt[first.count])
            used += pieces.count
            first.append((first.count, pieces))
        }
        if used <= room { return first }
        while let last = first.last, used > room / 2 {
            used -= last.1.count
            first.removeLast()
        }
        var rest: [(Int, [llama_token])] = []
        for number in (first.count..<prompt.count).reversed() {
            let pieces = try words.tokens(prompt[number])
            guard used + pieces.count <= room else { break }
            used += pieces.count
            rest.append((number, pieces))
        }
        return first + rest.reversed()
    }
}

/// The tokens of single words, with the router's own signs.
struct RouterTokens {
    let start: llama_token
    let separator: llama_token
    private let vocabulary: Vocabulary
    private let unknown: llama_token
    private let most: Int
    private let special: [String: llama_token]

    init(_ metadata: ModelMetadata, _ model: LoadedModel, _ shape: RouterShape) throws(InferenceFailure) {
        vocabulary = model.vocabulary
        start = vocabulary.start
        separator = vocabulary.separator
        most = shape.maxWordTokens
        let limit = llama_token(vocabulary.count)
        guard let texts = metadata.strings("aiu.router.special.words"),
            let tokens = metadata.integers("aiu.router.special.tokens"), texts.count == tokens.count,
            tokens.allSatisfy({ $0 >= 0 && $0 < limit }), start >= 0, separator >= 0,
            let unknown = metadata.number("tokenizer.ggml.unknown_token_id"), unknown >= 0, unknown < vocabulary.count
        else { throw InferenceFailure(.badModel, "the router \(model.file.name) lacks tokens that it needs") }
        self.unknown = llama_token(unknown)
        special = Dictionary(zip(texts, tokens)) { first, _ in first }
    }

    func tokens(_ word: RouterWord) throws(InferenceFailure) -> [llama_token] {
        if word.inner || word.text == "\n", let token = special[word.text] { return [token] }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: word.text.unicodeScalars.filter { $0.properties.generalCategory != .nonspacingMark })
        let found = try vocabulary.tokens(String(text), addSpecial: false, special: false).prefix(most)
        return found.isEmpty ? [unknown] : Array(found)
    }
}
