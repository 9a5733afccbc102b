internal import AIUInferenceLink
internal import AIUJSON

/// One reading of a step: its values, where its other arguments stand, and how well all that explains the prompt.
///
/// The operation of a tool is not chosen by its own score alone: one that cannot have an argument that the words
/// clearly name, or misses one that it needs, explains them less well than another.
struct CallReading {
    private static let end = ""
    private static let operation = "operation"
    /// What makes up a condition: all of it or nothing (but the value of "empty").
    private static let condition = (column: "where_column", test: "where_test", value: "where_value", empty: "empty")
    /// Of two of these one alone says nothing.
    private static let pairs = [("column", "other_column"), ("values", "other_values")]
    /// How many operations are tried.
    private static let tried = 4
    /// What it costs when an argument is missing that belongs to an operation.
    private static let missing = 3.0
    /// How unlikely the words may be that are taken for the second of a pair.
    private static let unsure = 4.0
    /// Sums of the same numbers in another order are no better.
    private static let equal = 1e-4

    private(set) var found: [String: JSON] = [:]
    /// Arguments whose words say a number.
    private(set) var numbers: [String: (sign: Int64, minimum: Int64?)] = [:]
    /// Copied arguments and numbers with their words, in the order of the schema.
    private(set) var places: [(argument: String, span: TagPath.Span)] = []
    private var gain = 0.0

    /// The reading that explains the words best.
    static func best(
        of tool: String, _ known: [PlanSchema.Argument], _ step: Int, _ labels: RouterLabels
    ) throws(PlanError) -> CallReading {
        var best = CallReading()
        best.gain = -.infinity
        for (operation, without) in try ways(tool, step, labels) {
            let reading = try CallReading(tool, known, step, labels, operation: operation, without: without)
            if reading.gain > best.gain + equal { best = reading }
        }
        return best
    }

    /// An operation that may be meant, with its score and its rule.
    private typealias Operation = (name: String, score: Double, rule: OperationRule)

    /// What is tried: the likeliest operations, each without the arguments that cannot come together.
    private static func ways(
        _ tool: String, _ step: Int, _ labels: RouterLabels
    ) throws(PlanError) -> [(Operation?, without: Set<String>)] {
        let sources = OperationRule.sources[tool] ?? [[]]
        guard let rules = OperationRule.rules(of: tool) else { return sources.map { (nil, $0) } }
        let (names, row) = try labels.said("\(tool).\(operation)", step)
        let likeliest = names.indices.filter { rules[names[$0]] != nil }
            .sorted { (row[$0], $1) > (row[$1], $0) }.prefix(tried)
        var ways: [(Operation?, without: Set<String>)] = []
        for place in likeliest {
            guard let rule = rules[names[place]] else { continue }
            let operation = (names[place], row[place], rule)
            ways += sources.map { (operation, $0) }
            if rule.takes.contains(condition.column) {
                ways.append((operation, [condition.column, condition.test, condition.value]))
            }
        }
        return ways
    }

    private init() {}

    private init(
        _ tool: String, _ known: [PlanSchema.Argument], _ step: Int, _ labels: RouterLabels,
        operation: Operation?, without: Set<String>
    ) throws(PlanError) {
        var wanted: [(name: String, needed: Bool)] = []
        if let operation {
            found[Self.operation] = .string(operation.name)
            gain = operation.score
        }
        for argument in known where !without.contains(argument.name) {
            let name = argument.name
            if let operation, !operation.rule.takes.contains(name) { continue }
            // A condition has a test.
            let isOwn = operation.map { $0.rule.needs.contains(name) || name == Self.condition.test } ?? false
            let mustBe = argument.required || isOwn
            switch argument.kind {
            case .choice(let usual):
                let label = try choose("\(tool).\(name)", step, labels) { $0 != Self.end || !mustBe }
                if label != Self.end, label != usual { found[name] = .string(label) }
            case .integer(let minimum):
                let label = try choose("\(tool).\(name)", step, labels) { $0 != Self.end || !mustBe }
                if label == "#" || label == "-#" {
                    numbers[name] = (label == "#" ? 1 : -1, minimum)
                    wanted.append((name, true))
                } else if let value = Int64(label) {
                    found[name] = .integer(value)
                }
            case .copied:
                // A step can only use what came before it.
                let label = try choose("whole.\(name)", step, labels) { (Int($0) ?? 0) <= step }
                if label != Self.end {
                    found[name] = .string("⟦\(label)⟧")
                } else {
                    wanted.append((name, argument.required))
                }
            }
        }
        try copy(wanted, step, labels)
        guard let rule = operation?.rule else { return }
        var expected = rule.needs
        if rule.takes.contains(Self.condition.column), !without.contains(Self.condition.column) {
            expected.insert(Self.condition.column)
            if found[Self.condition.test] != .string(Self.condition.empty) { expected.insert(Self.condition.value) }
        }
        let missing = wanted.count { one in expected.contains(one.name) && !places.contains { $0.argument == one.name }
        }
        gain -= Self.missing * Double(missing)
    }

    /// The best label of a head, of those allowed; what it gains over leaving the argument out counts.
    private mutating func choose(
        _ head: String, _ step: Int, _ labels: RouterLabels, where allowed: (String) -> Bool
    ) throws(PlanError) -> String {
        let (names, row) = try labels.said(head, step)
        var best: Int?
        for place in names.indices where allowed(names[place]) {
            if let found = best, row[found] >= row[place] { continue }
            best = place
        }
        guard let best else { return Self.end }
        gain += row[best] - row[0]
        return names[best]
    }

    private mutating func copy(
        _ wanted: [(name: String, needed: Bool)], _ step: Int, _ labels: RouterLabels
    ) throws(PlanError) {
        guard !wanted.isEmpty, !labels.scores.kept.isEmpty else { return }
        var begin: [Int] = []
        var inside: [Int] = []
        for (name, _) in wanted {
            begin.append(try labels.label("B-\(name)", of: "argument"))
            inside.append(try labels.label("I-\(name)", of: "argument"))
        }
        let path = TagPath(
            rows: try labels.wordRows("argument", step), begin: begin, inside: inside,
            outside: try labels.label("O", of: "argument"))
        var (spans, gained) = path.spans()
        for (number, argument) in wanted.enumerated() where argument.needed && spans[number] == nil {
            let taken = Set(spans.compactMap { $0 }.flatMap { Array($0) })
            guard let best = path.bestSpan(of: number, without: taken) else { continue }
            spans[number] = best.span
            gained += best.gain
        }
        for (one, other) in Self.pairs {
            guard let first = wanted.firstIndex(where: { $0.name == one }),
                let second = wanted.firstIndex(where: { $0.name == other }),
                (spans[first] == nil) != (spans[second] == nil)
            else { continue }
            let lacking = spans[first] == nil ? first : second
            let taken = Set(spans.compactMap { $0 }.flatMap { Array($0) })
            guard let best = path.bestSpan(of: lacking, without: taken), best.gain > -Self.unsure else { continue }
            spans[lacking] = best.span
            gained += best.gain
        }
        gain += gained
        places = zip(wanted, spans).compactMap { argument, span in span.map { (argument.name, $0) } }
    }
}
