internal import Glibc

/// Ranks sentences by how much of the others they say (TextRank over tf-idf), with a bonus for those that begin.
struct SentenceRanking {
    /// Sentences that are compared with each other; of more, those nearest to the whole text.
    private static let mostCompared = 500
    private static let rounds = 30
    private static let damping = 0.85

    private let sentences: [String]
    private var vectors: [[(word: Int, weight: Double)]] = []

    init(_ sentences: [String]) {
        self.sentences = sentences
        let tokens = sentences.map { Folding.words($0) }
        let language = TextLanguage.guess(tokens.lazy.joined())
        let ignored = language.flatMap { TextLanguage.functionWords[$0] } ?? []
        var numbers: [String: Int] = [:]
        var documents: [Int] = []
        var counts: [[Int: Int]] = []
        for words in tokens {
            var count: [Int: Int] = [:]
            for word in words where word.count > 2 && !ignored.contains(word) {
                // Endings differ more than beginnings.
                let stem = String(word.prefix(max(5, word.count - 3)))
                let number = numbers[stem] ?? numbers.count
                if number == documents.count {
                    numbers[stem] = number
                    documents.append(0)
                }
                if count[number] == nil { documents[number] += 1 }
                count[number, default: 0] += 1
            }
            counts.append(count)
        }
        let total = Double(sentences.count)
        vectors = counts.map { count in
            var vector = count.map { word, times in
                (word: word, weight: Double(times) * log(1 + total / Double(documents[word])))
            }
            let length = vector.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot()
            if length > 0 { for place in vector.indices { vector[place].weight /= length } }
            return vector.sorted { $0.word < $1.word }
        }
    }

    /// The places of the best sentences, in the order of the text.
    func best(_ count: Int) -> [Int] {
        guard sentences.count > count else { return Array(sentences.indices) }
        let nearness = centrality()
        let compared =
            sentences.count <= Self.mostCompared
            ? Array(sentences.indices)
            : Array(sentences.indices.sorted { nearness[$0] > nearness[$1] }.prefix(Self.mostCompared)).sorted()
        let ranks = textRank(compared)
        let top = max(ranks.max() ?? 1, 1e-9)
        let nearest = max(nearness.max() ?? 1, 1e-9)
        var scores: [Int: Double] = [:]
        for (place, sentence) in compared.enumerated() {
            let position = 1 / (1 + Double(sentence) / max(3, Double(sentences.count) / 6))
            let words = sentences[sentence].split(separator: " ").count
            // Very short ones say little, very long ones are lists.
            let length = words < 5 ? 0.4 : words > 55 ? 0.6 : 1
            let question = sentences[sentence].hasSuffix("?") ? 0.7 : 1
            scores[sentence] =
                (0.55 * ranks[place] / top + 0.25 * nearness[sentence] / nearest + 0.3 * position) * length * question
        }
        return choose(count, scores)
    }

    /// The best, each time less those that say the same again.
    private func choose(_ count: Int, _ scores: [Int: Double]) -> [Int] {
        var rest = scores
        var chosen: [Int] = []
        while chosen.count < count, let next = rest.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key {
            chosen.append(next)
            rest[next] = nil
            for candidate in rest.keys {
                let same = similarity(candidate, next)
                if same > 0.3 { rest[candidate, default: 0] *= 1 - same }
            }
        }
        return chosen.sorted()
    }

    /// How near each sentence is to all together.
    private func centrality() -> [Double] {
        var center: [Int: Double] = [:]
        for vector in vectors { for part in vector { center[part.word, default: 0] += part.weight } }
        let length = center.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 0 else { return vectors.map { _ in 0 } }
        return vectors.map { vector in vector.reduce(0) { $0 + $1.weight * (center[$1.word] ?? 0) } / length }
    }

    private func textRank(_ compared: [Int]) -> [Double] {
        let count = compared.count
        var edges: [[(to: Int, weight: Double)]] = Array(repeating: [], count: count)
        var sums = [Double](repeating: 0, count: count)
        for left in 0..<count {
            for right in (left + 1)..<max(count, left + 1) {
                let weight = similarity(compared[left], compared[right])
                guard weight > 0.02 else { continue }
                edges[left].append((right, weight))
                edges[right].append((left, weight))
                sums[left] += weight
                sums[right] += weight
            }
        }
        var ranks = [Double](repeating: 1 / Double(count), count: count)
        for _ in 0..<Self.rounds {
            var next = [Double](repeating: (1 - Self.damping) / Double(count), count: count)
            for place in 0..<count where sums[place] > 0 {
                let share = Self.damping * ranks[place] / sums[place]
                for edge in edges[place] { next[edge.to] += share * edge.weight }
            }
            ranks = next
        }
        return ranks
    }

    private func similarity(_ left: Int, _ right: Int) -> Double {
        let (a, b) = (vectors[left], vectors[right])
        var (i, j, sum) = (0, 0, 0.0)
        while i < a.count, j < b.count {
            if a[i].word == b[j].word {
                sum += a[i].weight * b[j].weight
                i += 1
                j += 1
            } else if a[i].word < b[j].word {
                i += 1
            } else {
                j += 1
            }
        }
        return sum
    }
}
