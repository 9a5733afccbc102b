internal import AIUJSON

/// Gives a computation back the word that says what is to be done: of "multiply 6 by 7" the router copies "6 by 7".
package enum LeadingVerb {
    /// What stands between two numbers and does not say what to do with them.
    private static let joints: Set<String> = [
        "by", "and", "from", "with", "durch", "mit", "und", "von", "par", "et", "por", "y", "con", "per", "da", "com",
        "door", "en", "met", "van", "przez", "i", "od", "z", "de", "e",
    ]
    /// What stands between the word and the first number.
    private static let prepositions: Set<String> = ["of", "von", "de", "di", "do", "van", "da", "z"]

    package static func restored(_ plan: Plan, _ prompt: PromptWords) -> Plan {
        Plan(calls: plan.calls.map { restored($0, prompt) }, confidence: plan.confidence, missing: plan.missing)
    }

    private static func restored(_ call: PlannedCall, _ prompt: PromptWords) -> PlannedCall {
        let spans = call.spans.filter { $0.argument == "expression" }
        guard call.tool == "calculator", spans.count == 1, let span = spans.first,
            saysTwoNumbersOnly(prompt.words.filter { $0.start >= span.start && $0.end <= span.end }),
            let start = verb(before: span.start, prompt)
        else { return call }
        var arguments = call.arguments
        arguments["expression"] = .string(prompt.text(start, span.end))
        return PlannedCall(tool: call.tool, arguments: arguments, spans: call.spans, confidence: call.confidence)
    }

    private static func saysTwoNumbersOnly(_ words: [PromptWord]) -> Bool {
        guard let first = words.first, let last = words.last, isNumber(first), isNumber(last) else { return false }
        let others = words.filter { !isNumber($0) && !($0.inner && [".", ","].contains($0.text)) }
        return others.count == 1 && joints.contains(others[0].text.lowercased())
    }

    private static func verb(before place: Int, _ prompt: PromptWords) -> Int? {
        let earlier = prompt.words.filter { $0.end <= place }
        guard let last = earlier.last, isWord(last) else { return nil }
        guard prepositions.contains(last.text.lowercased()) else { return last.start }
        guard let before = earlier.dropLast().last, isWord(before) else { return nil }
        return before.start
    }

    private static func isNumber(_ word: PromptWord) -> Bool {
        word.text.unicodeScalars.allSatisfy { ScalarClass($0) == .digit }
    }

    private static func isWord(_ word: PromptWord) -> Bool {
        word.text.unicodeScalars.allSatisfy { ScalarClass($0) == .letter }
    }
}
