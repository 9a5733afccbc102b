internal import AIUInferenceLink

/// The scores of a router's heads by the names of their labels; every row has been checked for its length.
struct RouterLabels {
    let scores: RouterScores

    /// The label of a step with the highest score, of those that are allowed.
    func best(_ head: String, step: Int, where allowed: (String) -> Bool) throws(PlanError) -> String? {
        let (labels, row) = try said(head, step)
        var best: Int?
        for place in labels.indices where allowed(labels[place]) {
            if let found = best, row[found] >= row[place] { continue }
            best = place
        }
        return best.map { labels[$0] }
    }

    /// The scores of a step's labels together with what single words say.
    func said(_ head: String, _ step: Int) throws(PlanError) -> (labels: [String], row: [Double]) {
        let (labels, row) = try stepRow(head, step)
        return (labels, zip(row, try surest("word.\(head)", step, labels)).map { Double($0) + $1 })
    }

    /// What single words say for each label: the highest score of all kept words. Not every head has that.
    private func surest(_ head: String, _ step: Int, _ labels: [String]) throws(PlanError) -> [Double] {
        guard let own = scores.heads[head]?.labels, !scores.kept.isEmpty else {
            return [Double](repeating: 0, count: labels.count)
        }
        guard own.count == labels.count else { throw PlanError(.badScores(head: head)) }
        var surest = [Double](repeating: -.infinity, count: labels.count)
        for row in try wordRows(head, step) {
            for (place, score) in row.enumerated() { surest[place] = max(surest[place], Double(score)) }
        }
        return surest
    }

    func stepRow(_ head: String, _ step: Int) throws(PlanError) -> (labels: [String], row: ArraySlice<Float>) {
        guard let labels = scores.heads[head]?.labels else { throw PlanError(.missingHead(head)) }
        let row = scores.step(head, step)
        guard !labels.isEmpty, row.count == labels.count else { throw PlanError(.badScores(head: head)) }
        return (labels, row)
    }

    /// The rows of all kept words in a step.
    func wordRows(_ head: String, _ step: Int) throws(PlanError) -> [ArraySlice<Float>] {
        guard let labels = scores.heads[head]?.labels else { throw PlanError(.missingHead(head)) }
        var rows: [ArraySlice<Float>] = []
        for place in scores.kept.indices {
            let row = scores.word(head, step, place: place)
            guard !labels.isEmpty, row.count == labels.count else { throw PlanError(.badScores(head: head)) }
            rows.append(row)
        }
        return rows
    }

    func label(_ label: String, of head: String) throws(PlanError) -> Int {
        guard let place = scores.heads[head]?.labels.firstIndex(of: label) else {
            throw PlanError(.missingHead("\(head) \(label)"))
        }
        return place
    }
}
