package import AIUInferenceLink
internal import AIUJSON
internal import Glibc

/// Reads a plan off the router's scores. Only enabled tools, values of the schema and parts of the prompt come out.
///
/// It agrees with model/router/decode.py, with which the model is measured.
package struct PlanDecoder: Sendable {
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
        let known = schema.tools[tool] ?? []
        let reading = try CallReading.best(of: tool, known, step, labels)
        var found = reading.found
        var spans: [PlannedCall.Span] = []
        let kept = labels.scores.kept.map { prompt.words[$0] }
        let references = try labels.wordRows("reference", step)
        for (argument, tagged) in reading.places {
            let others = reading.places.filter { $0.argument != argument }.flatMap { Array($0.span) }
            let place = SpanEnds.mended(tagged, of: argument, kept, without: Set(others))
            let words = kept[place]
            guard let first = words.first, let last = words.last, first.start < last.end else { continue }
            let value: JSON?
            if let number = reading.numbers[argument] {
                value = NumberWords.parse(prompt.text(first.start, last.end)).map { number.sign * $0 }
                    .flatMap { $0 < number.minimum ?? .min ? nil : .integer($0) }
            } else {
                let text = Self.text(words, references[place], step, prompt)
                value = text.isEmpty || argument == "file" && files == [text] ? nil : .string(text)
            }
            guard let value else { continue }
            found[argument] = value
            spans.append(PlannedCall.Span(argument: argument, start: first.start, end: last.end))
        }
        return (known.compactMap { one in found[one.name].map { JSON.Member(one.name, $0) } }, spans)
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
