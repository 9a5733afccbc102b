/// Things that occur together more often than by chance: the apriori method over sets of up to three.
package struct AssociationRules: Sendable {
    package struct Rule: Equatable, Sendable {
        package var condition: [String]
        package var consequence: String
        package var support: Double
        package var confidence: Double
        package var lift: Double
    }

    private static let mostItems = 300
    private static let leastConfidence = 0.5
    private static let leastLift = 1.05

    /// The best rules, the most telling first.
    package static func find(_ baskets: [[Int]], names: [String], limit: Int = 20) -> [Rule] {
        for share in [0.1, 0.05, 0.02, 0.01, 0.005] {
            let rules = find(baskets, names, least: max(2, Int((share * Double(baskets.count)).rounded(.up))))
            if rules.count >= 3 || share == 0.005 { return Array(rules.prefix(limit)) }
        }
        return []
    }

    private static func find(_ baskets: [[Int]], _ names: [String], least: Int) -> [Rule] {
        var single = [Int](repeating: 0, count: names.count)
        for basket in baskets {
            for item in basket { single[item] += 1 }
        }
        let frequent = single.indices.filter { single[$0] >= least }.sorted { (single[$1], $0) < (single[$0], $1) }
        let kept = Set(frequent.prefix(mostItems))
        let pruned = baskets.map { basket in basket.filter { kept.contains($0) }.sorted() }
        let width = names.count
        var pairs: [Int: Int] = [:]
        for basket in pruned {
            for (place, first) in basket.enumerated() {
                for second in basket[(place + 1)...] { pairs[first * width + second, default: 0] += 1 }
            }
        }
        pairs = pairs.filter { $0.value >= least }
        let total = Double(baskets.count)
        var rules: [Rule] = []
        func add(_ condition: [Int], _ consequence: Int, _ both: Int, _ conditionCount: Int) {
            let confidence = Double(both) / Double(conditionCount)
            let lift = confidence / (Double(single[consequence]) / total)
            guard confidence >= leastConfidence, lift >= leastLift else { return }
            rules.append(
                Rule(
                    condition: condition.map { names[$0] }, consequence: names[consequence],
                    support: Double(both) / total,
                    confidence: confidence, lift: lift))
        }
        for (key, count) in pairs {
            let (first, second) = (key / width, key % width)
            add([first], second, count, single[first])
            add([second], first, count, single[second])
        }
        for (triple, count) in triples(pruned, pairs, width, least) {
            let (a, b, c) = (triple[0], triple[1], triple[2])
            add([a, b], c, count, pairs[a * width + b] ?? count)
            add([a, c], b, count, pairs[a * width + c] ?? count)
            add([b, c], a, count, pairs[b * width + c] ?? count)
        }
        return withoutRepeats(rules.sorted(by: precedes))
    }

    private static func triples(_ baskets: [[Int]], _ pairs: [Int: Int], _ width: Int, _ least: Int) -> [([Int], Int)] {
        guard pairs.count < 5000 else { return [] }
        var counts: [[Int]: Int] = [:]
        for basket in baskets where basket.count >= 3 && basket.count <= 60 {
            for (i, a) in basket.enumerated() {
                for (j, b) in basket.enumerated() where j > i && pairs[a * width + b] != nil {
                    for c in basket[(j + 1)...] where pairs[a * width + c] != nil && pairs[b * width + c] != nil {
                        counts[[a, b, c], default: 0] += 1
                    }
                }
            }
        }
        return counts.filter { $0.value >= least }.map { ($0.key, $0.value) }
    }

    private static func precedes(_ left: Rule, _ right: Rule) -> Bool {
        if left.lift != right.lift { return left.lift > right.lift }
        if left.support != right.support { return left.support > right.support }
        if left.condition.count != right.condition.count { return left.condition.count < right.condition.count }
        return (left.condition + [left.consequence]).lexicographicallyPrecedes(right.condition + [right.consequence])
    }

    /// A rule of two conditions that says no more than one of its halves is left out.
    private static func withoutRepeats(_ rules: [Rule]) -> [Rule] {
        let simple = rules.filter { $0.condition.count == 1 }
        return rules.filter { rule in
            rule.condition.count == 1
                || !simple.contains {
                    $0.consequence == rule.consequence && rule.condition.contains($0.condition[0])
                        && $0.lift >= rule.lift * 0.95
                }
        }
    }
}
