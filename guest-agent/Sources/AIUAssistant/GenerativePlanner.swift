package import AIUConversations
package import AIUInferenceLink
package import AIURouter
internal import AIUWire

/// Plans with a language model of the VM, under a grammar of the tools that are enabled.
package struct GenerativePlanner: Planner {
    private static let mostPlanTokens = 1024
    /// Under this name the engine keeps what it has read: the list of tools is the same for the next prompt.
    package static let kept = "(plans)"
    private static let mostEarlier = 2

    private let places: AssistantPlaces
    package let name: String
    /// Who plans when the model cannot come to a plan.
    private let otherwise: any Planner
    /// The last of it may be meant by "that"; nil for a prompt of which nothing is kept.
    private let conversation: Conversation?

    package init(places: AssistantPlaces, name: String, otherwise: any Planner, conversation: Conversation?) {
        self.places = places
        self.name = name
        self.otherwise = otherwise
        self.conversation = conversation
    }

    /// What the model is asked.
    package func request(
        _ prompt: String, files: [String], registry: ToolRegistry, without: Set<String>
    ) -> GenerateRequest {
        GenerateRequest(
            model: name,
            turns: [
                ChatTurn(.system, PlanText.instructions(registry)),
                ChatTurn(.user, PlanText.question(prompt, files: files, earlier: lastWords)),
            ],
            grammar: ToolGrammar(registry, without: without).text, maxTokens: Self.mostPlanTokens,
            conversation: conversation == nil ? nil : Self.kept)
    }

    package func plan(
        _ prompt: String, files: [String], registry: ToolRegistry, without: Set<String>
    ) throws(AssistantError) -> PromptPlan {
        let request = request(prompt, files: files, registry: registry, without: without)
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
        (conversation?.turns ?? []).suffix(Self.mostEarlier).map { turn in
            let words = [turn.prompt, turn.answer].map { Reference.disarmed(AnswerLimit.cut($0, to: 75).text) }
            return (words[0], words[1])
        }
    }
}
