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
    /// How many operations are tried.
    private static let tried = 4
    /// What it costs when an argument is missing that belongs to an operation.
    private static let missing = 3.0
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
        guard let rules = OperationRule.rules(of: tool) else {
            return try CallReading(tool, known, step, labels, operation: nil, conditions: true)
        }
        let (names, row) = try labels.said("\(tool).\(operation)", step)
        let likeliest = names.indices.filter { names[$0] != end && rules[names[$0]] != nil }
            .sorted { (row[$0], $1) > (row[$1], $0) }.prefix(tried)
        var best: CallReading?
        for place in likeliest {
            guard let rule = rules[names[place]] else { continue }
            for conditions in rule.takes.contains(condition.column) ? [true, false] : [true] {
                let reading = try CallReading(
                    tool, known, step, labels, operation: (names[place], row[place], rule), conditions: conditions)
                if let other = best, reading.gain <= other.gain + equal { continue }
                best = reading
            }
        }
        if let best { return best }
        return try CallReading(tool, known, step, labels, operation: nil, conditions: true)
    }

    private init(
        _ tool: String, _ known: [PlanSchema.Argument], _ step: Int, _ labels: RouterLabels,
        operation: (name: String, score: Double, rule: OperationRule)?, conditions: Bool
    ) throws(PlanError) {
        let ofCondition: Set<String> = [Self.condition.column, Self.condition.test, Self.condition.value]
        var wanted: [(name: String, needed: Bool)] = []
        if let operation {
            found[Self.operation] = .string(operation.name)
            gain = operation.score
        }
        for argument in known {
            let name = argument.name
            if let operation {
                guard operation.rule.takes.contains(name), conditions || !ofCondition.contains(name) else { continue }
            }
            switch argument.kind {
            case .choice(let usual):
                // A condition has a test.
                let must = operation.map { $0.rule.needs.contains(name) || ofCondition.contains(name) } ?? false
                let label = try choose("\(tool).\(name)", step, labels) { $0 != Self.end || !(argument.required || must) }
                if label != Self.end, label != usual { found[name] = .string(label) }
            case .integer(let minimum):
                let must = operation?.rule.needs.contains(name) ?? false
                let label = try choose("\(tool).\(name)", step, labels) { $0 != Self.end || !(argument.required || must) }
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
        let copied = Set(wanted.map(\.name)).subtracting(places.map(\.argument))
        gain -= Self.missing * Double(copied.intersection(rule.needs).count)
        guard conditions, rule.takes.contains(Self.condition.column) else { return }
        if copied.contains(Self.condition.column) { gain -= Self.missing }
        if copied.contains(Self.condition.value), found[Self.condition.test] != .string(Self.condition.empty) {
            gain -= Self.missing
        }
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
        gain += gained
        places = zip(wanted, spans).compactMap { argument, span in span.map { (argument.name, $0) } }
    }
}
