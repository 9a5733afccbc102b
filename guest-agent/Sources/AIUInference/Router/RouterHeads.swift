internal import AIUInferenceLink
internal import Glibc

/// The layers behind the encoder, from the metadata of the router's file: section 3 of model/README.md.
struct RouterHeads {
    enum Kind: String {
        case step, word
    }

    struct Head {
        let name: String
        let kind: Kind
        let labels: [String]
        let weight: [Float]
        let bias: [Float]
    }

    let shape: RouterShape
    let toolsDigest: String
    let heads: [Head]
    private let query: [Float]
    private let stepWeight: [Float]
    private let stepBias: [Float]
    private let wordWeight: [Float]
    private let wordBias: [Float]
    private let gateWeight: [Float]

    init(_ metadata: ModelMetadata, name: String) throws(InferenceFailure) {
        let shape = try RouterShape(metadata, name: name)
        self.shape = shape
        func floats(_ key: String, _ count: Int) throws(InferenceFailure) -> [Float] {
            guard let values = metadata.floats("aiu.router.\(key)"), values.count == count,
                values.allSatisfy(\.isFinite)
            else { throw InferenceFailure(.badModel, "the router \(name) needs \(count) numbers in aiu.router.\(key)") }
            return values
        }
        toolsDigest = metadata.string("aiu.router.tools") ?? ""
        query = try floats("query", shape.steps * shape.queries * shape.hidden)
        stepWeight = try floats("step.weight", shape.stepSize * (shape.queries + 1) * shape.hidden)
        stepBias = try floats("step.bias", shape.steps * shape.stepSize)
        wordWeight = try floats("word.weight", shape.wordSize * shape.hidden)
        wordBias = try floats("word.bias", shape.wordSize)
        gateWeight = try floats("gate.weight", shape.wordSize * shape.stepSize)
        guard let names = metadata.strings("aiu.router.heads", most: 1024),
            let kinds = metadata.strings("aiu.router.kinds", most: 1024), kinds.count == names.count
        else { throw InferenceFailure(.badModel, "the router \(name) does not name its heads") }
        var heads: [Head] = []
        for (head, kind) in zip(names, kinds) {
            guard let kind = Kind(rawValue: kind),
                let labels = metadata.strings("aiu.router.head.\(head).labels", most: 4096), !labels.isEmpty
            else { throw InferenceFailure(.badModel, "the router \(name) has no usable head \(head)") }
            let size = kind == .step ? shape.stepSize : shape.wordSize
            heads.append(
                Head(
                    name: head, kind: kind, labels: labels,
                    weight: try floats("head.\(head).weight", labels.count * size),
                    bias: try floats("head.\(head).bias", labels.count)))
        }
        self.heads = heads
    }

    /// All scores for the states of [CLS] and of the kept words, one after the other. The heads for words are only
    /// evaluated for the steps before the first that calls no tool.
    func scores(_ states: [Float], withoutTools: [String]) -> (wordSteps: Int, heads: [[Float]]) {
        let count = states.count / shape.hidden
        let rows = (0..<count).map { states[$0 * shape.hidden..<($0 + 1) * shape.hidden] }
        let steps = (0..<shape.steps).map { step($0, rows) }
        var scores = heads.map { head in
            head.kind == .step ? steps.flatMap { apply(head, $0[...]) } : []
        }
        let wordSteps = wordSteps(scores, withoutTools: Set(withoutTools))
        let words = rows.dropFirst().map { row in
            var word = wordBias
            Vectors.add(Vectors.multiply(wordWeight, rows: shape.wordSize, row)[...], to: &word)
            return word
        }
        for step in steps.prefix(wordSteps) {
            let gate = Vectors.multiply(gateWeight, rows: shape.wordSize, step[...])
            for word in words {
                let opened = zip(word, gate).map { max(0, $0 + $1) }
                for (place, head) in heads.enumerated() where head.kind == .word {
                    scores[place] += apply(head, opened[...])
                }
            }
        }
        return (wordSteps, scores)
    }

    /// r(k): what step `step` makes of the whole prompt.
    private func step(_ step: Int, _ rows: [ArraySlice<Float>]) -> [Float] {
        var all = Array(rows.first ?? [])
        for number in 0..<shape.queries {
            let start = (step * shape.queries + number) * shape.hidden
            let query = query[start..<start + shape.hidden]
            let attention = Vectors.softmax(rows.map { Vectors.dot(query, $0) })
            var pooled = [Float](repeating: 0, count: shape.hidden)
            for (weight, row) in zip(attention, rows) { Vectors.add(row, times: weight, to: &pooled) }
            all += pooled
        }
        let sums = Vectors.multiply(stepWeight, rows: shape.stepSize, all[...])
        let bias = stepBias[step * shape.stepSize..<(step + 1) * shape.stepSize]
        return zip(sums, bias).map { tanhf($0 + $1) }
    }

    private func apply(_ head: Head, _ state: ArraySlice<Float>) -> [Float] {
        var scores = head.bias
        Vectors.add(Vectors.multiply(head.weight, rows: head.labels.count, state)[...], to: &scores)
        return scores
    }

    /// Steps before the first whose best tool is none.
    private func wordSteps(_ scores: [[Float]], withoutTools: Set<String>) -> Int {
        guard let place = heads.firstIndex(where: { $0.name == "tool" && $0.kind == .step }) else { return shape.steps }
        let labels = heads[place].labels
        for step in 0..<shape.steps {
            var best = 0
            let start = step * labels.count
            for label in 1..<max(labels.count, 1) where !withoutTools.contains(labels[label]) {
                if scores[place][start + label] > scores[place][start + best] { best = label }
            }
            if best == 0 { return step }
        }
        return shape.steps
    }
}
