internal import AIUInferenceLink

/// Finds the passages that are nearest in meaning to a query. What was found out of a passage is kept with the index, so
/// that each is read by the model once; one search reads as many as its time allows.
struct MeaningSearch {
    /// A busy emulated processor takes 1.5 s for a passage, a real one 25 ms.
    private static let budget = Duration.seconds(12)
    private static let largestBatch = 16
    /// After a batch that takes no longer comes a larger one, otherwise a smaller one, so that a search ends in time.
    private static let quick = Duration.milliseconds(500)
    private static let mostKept = 4096
    /// Bytes of a passage that the model reads: its beginning says what it is about.
    private static let beginning = 400
    private static let mostHits = 5
    /// What has nothing to do with a query stays below 0.3.
    private static let least: Float = 0.35
    /// Hits that are so much less near than the best one are none.
    private static let margin: Float = 0.15

    let meaning: Meaning

    /// What was found, and how much was looked at.
    struct Found {
        var hits: [SearchIndex.Hit] = []
        var compared = 0
        var passages = 0
    }

    /// Nil when the model does not answer.
    func search(
        _ query: String, _ index: borrowing SearchIndex, below prefix: String
    ) throws(SearchError) -> Found? {
        guard let asked = meaning.of([String(query.prefix(1000))]), let wanted = asked.vectors.first else { return nil }
        try index.use(space: asked.space)
        let clock = ContinuousClock()
        let end = clock.now + Self.budget
        var rest = try index.passagesWithoutMeaning(below: prefix, most: Self.mostKept)[...]
        var batch = 1
        while !rest.isEmpty, clock.now < end {
            let start = clock.now
            let part = rest.prefix(batch)
            rest = rest.dropFirst(part.count)
            var texts: [String] = []
            for row in part { texts.append(Self.start(of: try index.text(of: row))) }
            guard let found = meaning.of(texts), found.vectors.count == part.count, found.space == asked.space else {
                break
            }
            let meanings = zip(part, found.vectors).map { (row: $0, vector: $1) }
            try index.keep(meanings, below: prefix, most: Self.mostKept)
            batch = clock.now - start < Self.quick ? min(2 * batch, Self.largestBatch) : max(1, batch / 2)
        }
        return try nearest(to: wanted, index, prefix)
    }

    private func nearest(
        to wanted: [Float], _ index: borrowing SearchIndex, _ prefix: String
    ) throws(SearchError) -> Found {
        let meanings = try index.meanings(below: prefix)
        var found = Found(compared: meanings.count, passages: try index.passageCount(below: prefix))
        let near = meanings.map { (row: $0.row, likeness: Self.likeness($0.vector, wanted)) }
            .filter { $0.likeness >= Self.least }.sorted { ($0.likeness, $1.row) > ($1.likeness, $0.row) }
        guard let best = near.first?.likeness else { return found }
        for place in near.prefix(Self.mostHits) where place.likeness >= best - Self.margin {
            if let hit = try index.hit(place.row, score: Double(place.likeness)) { found.hits.append(hit) }
        }
        return found
    }

    private static func likeness(_ left: [Float], _ right: [Float]) -> Float {
        guard left.count == right.count else { return 0 }
        var sum: Float = 0
        for place in left.indices { sum += left[place] * right[place] }
        return sum.isFinite ? sum : 0
    }

    private static func start(of text: String) -> String {
        let bytes = text.utf8.prefix(beginning)
        return bytes.count < beginning ? text : String(decoding: bytes, as: UTF8.self)
    }
}
