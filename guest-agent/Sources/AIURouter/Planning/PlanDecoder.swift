package import AIUInferenceLink
internal import AIUJSON
internal import Glibc

/// Reads a plan off the router's scores. Only enabled tools, values of the schema and parts of the prompt come out.
///
/// It agrees with model/router/decode.py, with which the model is measured.
package struct PlanDecoder: Sendable {
    private static let number = "#"
    private static let negative = "-#"
    private static let end = ""

    package let schema: PlanSchema

    package init(_ schema: PlanSchema) { self.schema = schema }

    /// The plan for a prompt.
    ///
    /// - Parameters:
    ///   - prompt: The words that the scores are about.
    ///   - files: Names of the files that came with the prompt, without folders.
    ///   - enabled: The tools that may be called; those that the schema lacks are not called either.
    package func plan(
        _ scores: RouterScores, _ prompt: PromptWords, files: [String] = [], enabled: Set<String>
    ) throws(PlanError) -> Plan {
        let labels = RouterLabels(scores: scores)
        guard scores.kept.allSatisfy({ $0 >= 0 && $0 < prompt.words.count }) else {
            throw PlanError(.badScores(head: "the words"))
        }
        var calls: [PlannedCall] = []
        var missing: [String] = []
        var confidence = 1.0
        for step in 0..<scores.steps {
            let (tools, row) = try labels.stepRow("tool", step)
            let wanted = try labels.best("tool", step: step) { _ in true } ?? Self.end
            let allowed = { (name: String) in name == Self.end || enabled.contains(name) && schema.tools[name] != nil }
            let tool = try labels.best("tool", step: step, where: allowed) ?? Self.end
            if wanted != tool, wanted != Self.end { missing.append(wanted) }
            let sure = Self.share(of: tool, tools, row, where: allowed)
            confidence *= sure
            if tool == Self.end { break }
            let (arguments, spans) = try self.arguments(of: tool, step, labels, prompt, files)
            calls.append(PlannedCall(tool: tool, arguments: .object(arguments), spans: spans, confidence: sure))
        }
        return Plan(calls: calls, confidence: confidence, missing: missing)
    }

    /// How likely a label is among those allowed.
    private static func share(
        of label: String, _ labels: [String], _ row: ArraySlice<Float>, where allowed: (String) -> Bool
    ) -> Double {
        let scores = zip(labels, row).filter { allowed($0.0) }
        guard let top = scores.first(where: { $0.0 == label })?.1 else { return 0 }
        return 1 / scores.reduce(0) { $0 + exp(Double($1.1 - top)) }
    }

    private func arguments(
        of tool: String, _ step: Int, _ labels: RouterLabels, _ prompt: PromptWords, _ files: [String]
    ) throws(PlanError) -> ([JSON.Member], [PlannedCall.Span]) {
        var found: [String: JSON] = [:]
        var wanted: [Wanted] = []
        for argument in schema.tools[tool] ?? [] {
            switch argument.kind {
            case .choice(let usual):
                let label = try labels.best("\(tool).\(argument.name)", step: step) {
                    $0 != Self.end || !argument.required
                }
                if let label, label != Self.end, label != usual { found[argument.name] = .string(label) }
            case .integer(let minimum):
                let label = try labels.best("\(tool).\(argument.name)", step: step) {
                    $0 != Self.end || !argument.required
                }
                switch label {
                case Self.number: wanted.append(.number(argument.name, sign: 1, minimum))
                case Self.negative: wanted.append(.number(argument.name, sign: -1, minimum))
                case .some(let label): if let value = Int64(label) { found[argument.name] = .integer(value) }
                case nil: break
                }
            case .copied:
                // A step can only use what came before it.
                let label = try labels.best("whole.\(argument.name)", step: step) { (Int($0) ?? 0) <= step }
                if let label, label != Self.end {
                    found[argument.name] = .string("⟦\(label)⟧")
                } else {
                    wanted.append(.text(argument.name, required: argument.required))
                }
            }
        }
        let copied = try copy(wanted, step, labels, prompt, files)
        found.merge(copied.values) { first, _ in first }
        let members = (schema.tools[tool] ?? []).compactMap { argument in
            found[argument.name].map { JSON.Member(argument.name, $0) }
        }
        return (members, copied.spans)
    }

    /// An argument that the words of the prompt say.
    private enum Wanted {
        case text(String, required: Bool)
        case number(String, sign: Int64, Int64?)

        var name: String {
            switch self {
            case .text(let name, _), .number(let name, _, _): name
            }
        }

        var isNeeded: Bool {
            switch self {
            case .text(_, let required): required
            case .number: true
            }
        }
    }

    private func copy(
        _ wanted: [Wanted], _ step: Int, _ labels: RouterLabels, _ prompt: PromptWords, _ files: [String]
    ) throws(PlanError) -> (values: [String: JSON], spans: [PlannedCall.Span]) {
        guard !wanted.isEmpty, !labels.scores.kept.isEmpty else { return ([:], []) }
        var begin: [Int] = []
        var inside: [Int] = []
        for argument in wanted {
            begin.append(try labels.label("B-\(argument.name)", of: "argument"))
            inside.append(try labels.label("I-\(argument.name)", of: "argument"))
        }
        let path = TagPath(
            rows: try labels.wordRows("argument", step), begin: begin, inside: inside,
            outside: try labels.label("O", of: "argument"))
        var places = path.spans()
        for (number, argument) in wanted.enumerated() where argument.isNeeded && places[number] == nil {
            let taken = Set(places.compactMap { $0 }.flatMap { Array($0) })
            places[number] = path.bestSpan(of: number, without: taken)
        }
        let kept = labels.scores.kept.map { prompt.words[$0] }
        let references = try labels.wordRows("reference", step)
        var values: [String: JSON] = [:]
        var spans: [PlannedCall.Span] = []
        for (number, argument) in wanted.enumerated() {
            guard let tagged = places[number] else { continue }
            let others = places.indices.filter { $0 != number }.compactMap { places[$0] }
            let place = SpanEnds.mended(
                tagged, of: argument.name, kept, without: Set(others.flatMap { Array($0) }))
            let words = kept[place]
            guard let first = words.first, let last = words.last, first.start < last.end else { continue }
            let value: JSON?
            switch argument {
            case .text(let name, _):
                let text = Self.text(words, references[place], step, prompt)
                value = text.isEmpty || name == "file" && files == [text] ? nil : .string(text)
            case .number(_, let sign, let minimum):
                value = NumberWords.parse(prompt.text(first.start, last.end)).map { sign * $0 }
                    .flatMap { $0 < minimum ?? .min ? nil : .integer($0) }
            }
            guard let value else { continue }
            values[argument.name] = value
            spans.append(PlannedCall.Span(argument: argument.name, start: first.start, end: last.end))
        }
        return (values, spans)
    }

    /// A part of the prompt, with `⟦N⟧` for the words that mean the answer of step N.
    private static func text(
        _ words: ArraySlice<PromptWord>, _ references: ArraySlice<ArraySlice<Float>>, _ step: Int, _ prompt: PromptWords
    ) -> String {
        guard var position = words.first?.start, let end = words.last?.end else { return "" }
        var text = ""
        var previous = 0
        for (word, row) in zip(words, references) {
            let scores = row.prefix(step + 1)
            var label = 0
            for (number, score) in scores.enumerated() where score > scores[scores.startIndex + label] {
                label = number
            }
            if label > 0 {
                if label != previous { text += prompt.text(position, word.start) + "⟦\(label)⟧" }
                position = word.end
            }
            previous = label
        }
        return text + prompt.text(position, end)
    }
}
