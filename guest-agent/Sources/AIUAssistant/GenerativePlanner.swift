internal import AIUInferenceLink
internal import AIURouter
internal import AIUWire

/// Plans and answers with a language model of the VM, under a grammar of the tools that are enabled.
struct GenerativePlanner: Planner, AnswerSource {
    private static let mostPlanTokens = 1024
    private static let mostResult = 8 * 1024

    let places: AssistantPlaces
    let name: String
    let conversation: String?

    func plan(
        _ prompt: String, files: [String], registry: ToolRegistry, without: Set<String>
    ) throws(AssistantError) -> PromptPlan {
        let request = GenerateRequest(
            model: name,
            turns: [
                ChatTurn(.system, PlanText.instructions(registry)),
                ChatTurn(.user, PlanText.question(prompt, files: files)),
            ],
            grammar: ToolGrammar(registry, without: without).text, maxTokens: Self.mostPlanTokens)
        var text = ""
        let report = try generate(request) { text += $0 }
        guard let calls = PlanText.calls(in: text) else { throw .broken("the model \(name) did not finish its plan") }
        return PromptPlan(Plan(calls: calls, confidence: 1), promptTokens: report.promptTokens)
    }

    func answer(
        _ prompt: String, results: [(tool: String, text: String)], in language: String, mostTokens: Int,
        _ onPiece: (String) -> Void
    ) throws(AssistantError) -> AnswerReport {
        let known = results.map { "Result of \($0.tool):\n\($0.text.prefix(Self.mostResult))" }
        let task =
            "Answer the user briefly in the language '\(language)'"
            + (known.isEmpty ? "." : ", with these results and nothing else:\n\(known.joined(separator: "\n\n"))")
        let request = GenerateRequest(
            model: name, turns: [ChatTurn(.system, task), ChatTurn(.user, prompt)],
            maxTokens: min(mostTokens, GenerateRequest.mostTokens), temperature: 0.3, conversation: conversation)
        var text = ""
        let report = try generate(request) { piece in
            text += piece
            onPiece(piece)
        }
        return AnswerReport(text: text, tokens: report.tokens, isCut: report.tokens >= mostTokens)
    }

    private func generate(
        _ request: GenerateRequest, _ onPiece: (String) -> Void
    ) throws(AssistantError) -> GenerationReport {
        do throws(InferenceError) {
            return try InferenceClient(path: places.inferenceDoor).generate(request) { piece in
                onPiece(piece)
                return true
            }
        } catch {
            throw .refused(.unavailable, "\(error)")
        }
    }
}
