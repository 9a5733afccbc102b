internal import Glibc

/// Weighs a text by its words, as VADER does: with what negates, strengthens and contrasts them.
struct SentimentScore {
    /// What a text comes to.
    enum Label: String, CaseIterable, Sendable { case positive, negative, neutral }

    private static let boost = 0.293
    private static let negation = -0.74
    private static let capitals = 0.733

    private static let negators: [String: Set<String>] = [
        "en": [
            "not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "cannot", "cant", "dont", "doesnt",
            "didnt",
            "isnt", "arent", "wasnt", "werent", "wont", "wouldnt", "couldnt", "shouldnt", "hasnt", "havent", "hadnt",
            "without", "hardly", "rarely", "seldom", "aint",
        ],
        "de": [
            "nicht", "kein", "keine", "keinen", "keiner", "keinerlei", "nie", "niemals", "nichts", "weder", "ohne",
            "kaum",
        ],
        "fr": ["pas", "ne", "jamais", "rien", "aucun", "aucune", "sans", "ni", "non", "guère"],
        "es": ["no", "nunca", "nada", "ningún", "ninguno", "ninguna", "sin", "ni", "tampoco", "jamás"],
        "it": ["non", "mai", "niente", "nulla", "nessun", "nessuno", "nessuna", "senza", "né"],
        "pt": ["não", "nunca", "nada", "nenhum", "nenhuma", "sem", "nem", "jamais"],
        "nl": ["niet", "geen", "nooit", "niets", "zonder", "noch", "nauwelijks"],
        "pl": ["nie", "nigdy", "nic", "żaden", "żadna", "bez", "ani", "nikt"],
    ]
    private static let stronger: Set<String> = [
        "very", "really", "extremely", "absolutely", "completely", "totally", "so", "incredibly", "highly",
        "especially",
        "particularly", "most", "super", "truly", "utterly", "sehr", "wirklich", "total", "extrem", "absolut",
        "besonders",
        "echt", "richtig", "äußerst", "ungemein", "très", "vraiment", "extrêmement", "absolument", "tellement", "trop",
        "muy",
        "realmente", "extremadamente", "absolutamente", "tan", "súper", "molto", "davvero", "veramente",
        "assolutamente",
        "estremamente", "muito", "extremamente", "tão", "heel", "erg", "zeer", "bijzonder", "bardzo", "naprawdę",
        "niezwykle", "absolutnie",
    ]
    private static let weaker: Set<String> = [
        "slightly", "somewhat", "barely", "almost", "partly", "kinda", "little", "fairly", "etwas", "ziemlich", "wenig",
        "einigermaßen", "un peu", "assez", "plutôt", "algo", "bastante", "poco", "abbastanza", "pouco", "beetje",
        "vrij",
        "trochę", "dość",
    ]
    private static let contrasts: Set<String> = [
        "but", "however", "although", "aber", "jedoch", "mais", "cependant", "pero", "sino", "ma", "però", "mas",
        "porém", "maar",
        "echter", "ale", "jednak",
    ]

    let language: String
    private let words: [String: Double]
    private let signs: [String: Double]

    init(language: String) {
        self.language = SentimentLexicon.shared.languages.contains(language) ? language : "en"
        words = SentimentLexicon.shared.words(self.language)
        signs = SentimentLexicon.shared.words("en")
    }

    /// The language of a text: by its small words, and where they say nothing by the words that weigh.
    static func language(of text: String, preferred: String) -> String {
        let tokens = Folding.words(text.prefix(20_000))
        var hits: [String: Int] = [:]
        for (language, list) in TextLanguage.functionWords {
            hits[language] = tokens.count { list.contains($0) } * 2
        }
        let plain = text.prefix(20_000).lowercased().split { !$0.isLetter && $0 != "'" }.map(String.init)
        for language in SentimentLexicon.shared.languages {
            let words = SentimentLexicon.shared.words(language)
            hits[language, default: 0] += plain.count { words[$0] != nil } * 2
        }
        hits[preferred, default: 0] += 1
        return hits.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "en"
    }

    static func label(_ score: Double) -> Label { score >= 0.05 ? .positive : score <= -0.05 ? .negative : .neutral }

    /// From −1 to 1. Of a longer text, what its sentences come to on average, those that say nothing left out.
    func score(_ text: String) -> Double {
        let sentences = SentenceSplitter.split(text)
        guard sentences.count > 1 else { return sentence(text) }
        let scores = sentences.map { sentence($0) }.filter { $0 != 0 }
        return scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
    }

    func sentence(_ text: String) -> Double {
        let tokens = Token.list(text, signs: signs)
        let shouting = tokens.contains { $0.isCapital } && !tokens.allSatisfy { $0.isCapital || $0.word.isEmpty }
        var weights: [Double] = []
        for place in tokens.indices {
            let token = tokens[place]
            guard var weight = weight(token), !Self.stronger.contains(token.word) || token.isSign else {
                weights.append(0)
                continue
            }
            if token.isCapital, shouting { weight += weight > 0 ? Self.capitals : -Self.capitals }
            for distance in 1...3 where place >= distance {
                let before = tokens[place - distance]
                if before.endsClause { break }
                let fading = distance == 1 ? 1 : distance == 2 ? 0.95 : 0.9
                if Self.stronger.contains(before.word) {
                    weight += (weight > 0 ? Self.boost : -Self.boost) * fading
                } else if Self.weaker.contains(before.word) {
                    weight -= (weight > 0 ? Self.boost : -Self.boost) * fading
                }
            }
            if isNegated(tokens, place) { weight *= Self.negation }
            weights.append(weight)
        }
        if let contrast = tokens.lastIndex(where: { Self.contrasts.contains($0.word) }) {
            for place in weights.indices { weights[place] *= place < contrast ? 0.5 : 1.5 }
        }
        var sum = weights.reduce(0, +)
        let marks = min(4, text.count { $0 == "!" })
        if sum != 0 { sum += (sum > 0 ? 0.292 : -0.292) * Double(marks) }
        return sum / (sum * sum + 15).squareRoot()
    }

    private func weight(_ token: Token) -> Double? {
        if token.isSign { return signs[token.raw] }
        return words[token.word]
    }

    private func isNegated(_ tokens: [Token], _ place: Int) -> Bool {
        let negators = Self.negators[language] ?? []
        for distance in 1...3 where place >= distance {
            let before = tokens[place - distance]
            if before.endsClause { break }
            if negators.contains(before.word) || (language == "en" && before.word.hasSuffix("n't")) { return true }
        }
        // `mag ich nicht`, `n'aime pas`: behind the word, unless it belongs to another one.
        guard ["de", "fr", "nl"].contains(language) else { return false }
        for distance in 1...3 where place + distance < tokens.count {
            if tokens[place + distance - 1].endsClause { return false }
            let behind = tokens[place + distance]
            guard negators.contains(behind.word) else { continue }
            let rest = tokens[(place + distance + 1)...].prefix(2)
            return !rest.contains { weight($0) != nil }
        }
        return false
    }

    /// A word of a sentence.
    private struct Token {
        let raw: String
        let word: String
        let isCapital: Bool
        let isSign: Bool
        let endsClause: Bool

        static func list(_ text: String, signs: [String: Double]) -> [Token] {
            var tokens: [Token] = []
            for part in text.split(whereSeparator: \.isWhitespace) {
                let raw = String(part)
                if !raw.contains(where: { $0.isLetter }), signs[raw] != nil {
                    tokens.append(Token(raw: raw, word: "", isCapital: false, isSign: true, endsClause: false))
                    continue
                }
                let core = raw.drop { !$0.isLetter && !$0.isNumber }
                let trimmed = core.reversed().drop { !$0.isLetter && !$0.isNumber }.reversed()
                let word = String(trimmed).replacing("’", with: "'")
                let isEnd = raw.last.map { ",;:.!?".contains($0) } ?? false
                // l'hôtel, n'aime, dell'hotel: the word stands behind the apostrophe.
                if let mark = word.firstIndex(of: "'"), word.distance(from: mark, to: word.endIndex) > 3 {
                    tokens.append(
                        Token(
                            raw: raw, word: word[..<mark].lowercased(), isCapital: false, isSign: false,
                            endsClause: false))
                    tokens.append(
                        Token(
                            raw: raw, word: word[word.index(after: mark)...].lowercased(), isCapital: false,
                            isSign: false,
                            endsClause: isEnd))
                } else {
                    let letters = word.filter(\.isLetter)
                    tokens.append(
                        Token(
                            raw: raw, word: word.lowercased(),
                            isCapital: letters.count > 1 && letters.allSatisfy(\.isUppercase), isSign: false,
                            endsClause: isEnd))
                }
                for character in raw where !character.isASCII {
                    // Without what only says how it is drawn.
                    guard let scalar = character.unicodeScalars.first, signs[String(scalar)] != nil else { continue }
                    tokens.append(
                        Token(raw: String(scalar), word: "", isCapital: false, isSign: true, endsClause: false))
                }
            }
            return tokens
        }
    }
}
