/// Where arguments lie in a prompt, found with the scores of the tags of its words.
struct TagPath {
    /// First and last kept word of an argument.
    typealias Span = ClosedRange<Int>

    private static let least = -1e9

    /// For each kept word the scores of all tags.
    let rows: [ArraySlice<Float>]
    /// For each wanted argument the labels that begin it and go on with it.
    let begin: [Int]
    let inside: [Int]
    /// The label of words that are in no argument.
    let outside: Int

    /// For each argument the span that the likeliest tags give it, of several the surer one; and what all tags gain.
    func spans() -> (places: [Span?], gain: Double) {
        var spans = [Span?](repeating: nil, count: begin.count)
        var gains = [Double](repeating: 0, count: begin.count)
        let (tags, whole) = bestTags()
        for (argument, span) in runs(of: tags) {
            let gain = gain(of: argument, span)
            if spans[argument] == nil || gain > gains[argument] {
                spans[argument] = span
                gains[argument] = gain
            }
        }
        return (spans, whole)
    }

    /// The likeliest span of an argument that must be there, without the words that others have; and what it gains.
    func bestSpan(of argument: Int, without taken: Set<Int>) -> (span: Span, gain: Double)? {
        var (best, found) = (Self.least, Span?.none)
        for first in rows.indices {
            var gain = 0.0
            for last in first..<rows.count {
                if taken.contains(last) { break }
                gain += score(last, last == first ? begin[argument] : inside[argument]) - score(last, outside)
                if gain > best {
                    best = gain
                    found = first...last
                }
            }
        }
        return found.map { ($0, best) }
    }

    private func score(_ row: Int, _ label: Int) -> Double { Double(rows[row][rows[row].startIndex + label]) }

    private func gain(of argument: Int, _ span: Span) -> Double {
        span.reduce(0) { sum, at in
            sum + score(at, at == span.lowerBound ? begin[argument] : inside[argument]) - score(at, outside)
        }
    }

    /// The best sequence of tags, 0 outside, 2a+1 begins argument a, 2a+2 goes on with it; and what it gains.
    private func bestTags() -> (tags: [Int], gain: Double) {
        let count = 2 * begin.count + 1
        var best = [Double](repeating: Self.least, count: count)
        best[0] = 0
        var origins: [[Int]] = []
        origins.reserveCapacity(rows.count)
        for row in rows.indices {
            let came = Self.firstBest(best)
            var after = [best[came] + score(row, outside)]
            var origin = [came]
            for argument in begin.indices {
                after.append(best[came] + score(row, begin[argument]))
                origin.append(came)
                // Only its own beginning or inside comes before the inside of an argument.
                let before = best[2 * argument + 1] >= best[2 * argument + 2] ? 2 * argument + 1 : 2 * argument + 2
                after.append(best[before] + score(row, inside[argument]))
                origin.append(before)
            }
            best = after
            origins.append(origin)
        }
        var tag = Self.firstBest(best)
        let gain = rows.indices.reduce(best[tag]) { $0 - score($1, outside) }
        var tags: [Int] = []
        for origin in origins.reversed() {
            tags.append(tag)
            tag = origin[tag]
        }
        return (tags.reversed(), gain)
    }

    private func runs(of tags: [Int]) -> [(argument: Int, span: Span)] {
        var runs: [(Int, Span)] = []
        var first: Int?
        for (at, tag) in (tags + [0]).enumerated() {
            if let start = first, tag % 2 == 1 || tag == 0 {
                runs.append(((tags[start] - 1) / 2, start...at - 1))
                first = nil
            }
            if tag % 2 == 1 { first = at }
        }
        return runs
    }

    /// The first of the largest values.
    private static func firstBest(_ values: [Double]) -> Int {
        var best = 0
        for place in values.indices where values[place] > values[best] { best = place }
        return best
    }
}
