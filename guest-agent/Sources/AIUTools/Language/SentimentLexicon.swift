internal import CToolData

/// Words with what they weigh, in several languages.
struct SentimentLexicon: Sendable {
    /// From −4 to 4, by word in small letters.
    private let weights: [String: [String: Double]]

    static let shared = SentimentLexicon()

    private init() {
        var length = 0
        guard let start = unsafe aiu_sentiment_words(&length) else {
            weights = [:]
            return
        }
        let text = unsafe String(
            decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
        var weights: [String: [String: Double]] = [:]
        var language = ""
        var words: [String: Double] = [:]
        for line in text.utf8.split(separator: 0x0A) {
            if line.first == UInt8(ascii: "["), line.last == UInt8(ascii: "]"), line.count == 4 {
                if !language.isEmpty { weights[language] = words }
                language = String(decoding: line.dropFirst().dropLast(), as: UTF8.self)
                words = [:]
            } else if let blank = line.lastIndex(of: 0x20),
                let weight = Int(String(decoding: line[line.index(after: blank)...], as: UTF8.self))
            {
                words[String(decoding: line[..<blank], as: UTF8.self)] = Double(weight) / 10
            }
        }
        weights[language] = words
        self.weights = weights
    }

    /// The words of a language; signs and pictures of English serve all.
    func words(_ language: String) -> [String: Double] { weights[language] ?? [:] }

    var languages: [String] { weights.keys.sorted() }
}
