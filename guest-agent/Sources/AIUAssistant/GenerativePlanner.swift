internal import AIUConversations
internal import AIUInferenceLink
internal import AIURouter
internal import AIUWire

/// Plans with a language model of the VM, under a grammar of the tools that are enabled.
struct GenerativePlanner: Planner {
    private static let mostPlanTokens = 1024
    /// Under this name the engine keeps what it has read: the list of tools is the same for the next prompt.
    private static let kept = "(plans)"
    private static let mostEarlier = 2

    let places: AssistantPlaces
    let name: String
    /// Who plans when the model cannot come to a plan.
    let otherwise: any Planner
    /// What was said before; the last of it may be meant by "that".
    let earlier: [ConversationTurn]

    func plan(
        _ prompt: String, files: [String], registry: ToolRegistry, without: Set<String>
    ) throws(AssistantError) -> PromptPlan {
        let request = GenerateRequest(
            model: name,
            turns: [
                ChatTurn(.system, PlanText.instructions(registry)),
                ChatTurn(.user, PlanText.question(prompt, files: files, earlier: lastWords)),
            ],
            grammar: ToolGrammar(registry, without: without).text, maxTokens: Self.mostPlanTokens,
            conversation: Self.kept)
        var text = ""
        let reason: String
        do throws(InferenceError) {
            let report = try InferenceClient(path: places.inferenceDoor).generate(request) { piece in
                text += piece
                return true
            }
            if let calls = PlanText.calls(in: text) {
                return PromptPlan(Plan(calls: calls, confidence: 1), promptTokens: report.promptTokens)
            }
            reason = "'\(name)' did not finish its plan"
        } catch {
            // A short context has no room for the list of tools; everything else is a fault, and is told.
            guard case .refused(let failure) = error, failure.reason == .tooLong else {
                throw .refused(.unavailable, "\(error)")
            }
            reason = "the list of tools is too long for '\(name)'"
        }
        var plan = try otherwise.plan(prompt, files: files, registry: registry, without: without)
        plan.note = "\(reason), so \(otherwise.name) made it"
        return plan
    }

    private var lastWords: [(prompt: String, answer: String)] {
        earlier.suffix(Self.mostEarlier).map { turn in
            let words = [turn.prompt, turn.answer].map { Reference.disarmed(AnswerLimit.cut($0, to: 75).text) }
            return (words[0], words[1])
        }
    }
}
