/// What the router's model says about a prompt: the scores of all its heads, as logits.
package struct RouterScores: Equatable, Sendable {
    /// The scores of one head, row by row, each as long as there are labels.
    package struct Head: Equatable, Sendable {
        package let name: String
        package let labels: [String]
        package let rows: Int
        package let values: [Float]

        package init(name: String, labels: [String], rows: Int, values: [Float]) {
            self.name = name
            self.labels = labels
            self.rows = rows
            self.values = values
        }

        /// Scores of one row; empty for a row that there is not.
        package func row(_ row: Int) -> ArraySlice<Float> {
            guard row >= 0, row < rows else { return [] }
            return values[row * labels.count..<(row + 1) * labels.count]
        }
    }

    /// SHA-256 of the tools.json that the labels were made of.
    package let toolsDigest: String
    /// Which words of the prompt the model has read, by number; of a very long prompt the middle is left out.
    package let kept: [Int]
    /// Rows of every head of the kind "step".
    package let steps: Int
    /// Steps for which the heads of the kind "word" were evaluated; each has a row for every kept word.
    package let wordSteps: Int
    /// Length of what the encoder has read.
    package let tokens: Int
    package let heads: [String: Head]

    package init(toolsDigest: String, kept: [Int], steps: Int, wordSteps: Int, tokens: Int, heads: [String: Head]) {
        self.toolsDigest = toolsDigest
        self.kept = kept
        self.steps = steps
        self.wordSteps = wordSteps
        self.tokens = tokens
        self.heads = heads
    }

    /// The scores of a head of the kind "step".
    package func step(_ head: String, _ step: Int) -> ArraySlice<Float> { heads[head]?.row(step) ?? [] }

    /// The scores of a head of the kind "word": `place` is the word's place in `kept`.
    package func word(_ head: String, _ step: Int, place: Int) -> ArraySlice<Float> {
        guard step < wordSteps, place < kept.count else { return [] }
        return heads[head]?.row(step * kept.count + place) ?? []
    }

    init(_ header: ScoresHeader, _ floats: [Float]) throws(InferenceError) {
        var heads: [String: Head] = [:]
        var start = 0
        for head in header.heads {
            let (count, overflow) = head.rows.multipliedReportingOverflow(by: head.labels.count)
            guard head.rows >= 0, !overflow, count <= floats.count - start else {
                throw .malformed("fewer scores than the heads have")
            }
            let values = Array(floats[start..<start + count])
            heads[head.name] = Head(name: head.name, labels: head.labels, rows: head.rows, values: values)
            start += count
        }
        self.init(
            toolsDigest: header.toolsDigest, kept: header.kept, steps: header.steps, wordSteps: header.wordSteps,
            tokens: header.tokens, heads: heads)
    }
}
