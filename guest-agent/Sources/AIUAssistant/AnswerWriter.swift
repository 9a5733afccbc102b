internal import AIUConversations
internal import AIURouter
internal import AIUWire

/// Puts into words what the tools came to, in the person's language.
struct AnswerWriter {
    private static let mostAttachedText = 32 * 1024

    let phrases: PhraseBook
    let policy: GuestPolicy

    func nothingFits(_ disabled: String?) -> (text: String, language: String) {
        let phrase: ToolReply.Phrase =
            disabled.map { .init("router.disabled", ["tool": $0]) } ?? .init("router.nothing_fits")
        return phrases.say(phrase, in: policy.languages) ?? ("No tool fits this prompt.", "en")
    }

    func text(for memory: Remembered) -> (text: String, language: String) {
        // The image has these sentences; a fact without one is still an answer.
        phrases.say(memory.phrase, in: policy.languages)
            ?? (memory.facts.map(\.text).joined(separator: "\n"), policy.languages.first ?? "en")
    }

    func text(for outcome: PlanOutcome) -> (text: String, language: String) {
        var language = policy.languages.first ?? "en"
        var paragraphs: [String] = []
        for (index, step) in outcome.steps.enumerated() where !step.isUsed || index == outcome.steps.count - 1 {
            let said = say(step)
            language = said.language ?? language
            paragraphs.append(said.text)
        }
        return (paragraphs.joined(separator: "\n\n"), language)
    }

    private func say(_ step: PlanOutcome.Done) -> (text: String, language: String?) {
        guard step.report.status == .succeeded, let reply = step.reply else {
            let said = step.phrase.flatMap { phrases.say($0, in: policy.languages) }
            return said.map { ($0.text, $0.language) } ?? (step.report.text, "en")
        }
        let result = String(reply.text.withoutTrailingSpace.prefix(Self.mostAttachedText))
        guard let phrase = reply.phrase, let said = phrases.say(phrase, in: policy.languages) else {
            return (result, nil)
        }
        // A sentence that announces something is followed by it; any other says all there is to say.
        guard said.text.last == ":", !result.isEmpty else { return said }
        return ("\(said.text)\n\(result)", said.language)
    }
}
