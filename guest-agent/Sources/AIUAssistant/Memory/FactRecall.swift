internal import AIUConversations

/// Which facts a text is about: by what both mean, and by the words that both have.
struct FactRecall {
    /// A fact and how near it is, from 0 to about 1.
    struct Near: Equatable {
        let fact: Fact
        let likeness: Double
    }

    /// From here on a fact answers a question. What has nothing to do with a question stays below 0.45.
    static let answering = 0.5
    /// From here on it may be of use to a model that answers.
    static let helping = 0.3
    /// Facts that are so much less near than the best one say something else.
    private static let margin = 0.08

    /// Words of a text that are looked for; a prompt may be a whole document.
    private static let mostWords = 64

    let facts: [Fact]

    /// The nearest first. `vector`: what the text means, of length one.
    func nearest(to text: String, _ vector: [Float]?) -> [Near] {
        let telling = Array(Set(PlainWords(text).telling.prefix(Self.mostWords)))
        return facts.map { fact in
            let meaning = vector.flatMap { fact.vector?.likeness(to: $0) } ?? 0
            return Near(fact: fact, likeness: max(meaning, Self.byWords(telling, fact.text)))
        }.sorted { ($0.likeness, $0.fact.number) > ($1.likeness, $1.fact.number) }
    }

    /// The fact that answers a question; of several that are about as near, what was said last.
    static func answer(_ near: [Near]) -> Near? {
        guard let best = near.first, best.likeness >= answering else { return nil }
        return near.prefix { $0.likeness >= max(answering, best.likeness - margin) }
            .max { $0.fact.number < $1.fact.number }
    }

    /// All telling words in the fact are as much as a clear likeness of meaning; one word alone proves little.
    private static func byWords(_ telling: [String], _ fact: String) -> Double {
        guard !telling.isEmpty else { return 0 }
        let words = PlainWords(fact).telling
        let found = telling.count { word in words.contains { isSame(word, $0) } }
        return (telling.count > 1 ? 0.7 : 0.45) * Double(found) / Double(telling.count)
    }

    /// The same but for an ending.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        if left == right { return true }
        let needed = max(4, min(left.count, right.count) - 2)
        return left.prefix(needed) == right.prefix(needed) && left.count >= needed && right.count >= needed
    }
}
