internal import AIURouter

/// One that plans, and others that answer.
struct ChosenModels: Planner, AnswerSource {
    let planner: any Planner
    let answers: GenerativeAnswers

    var name: String { planner.name }

    func plan(
        _ prompt: String, files: [String], registry: ToolRegistry, without: Set<String>
    ) throws(AssistantError) -> PromptPlan {
        try planner.plan(prompt, files: files, registry: registry, without: without)
    }

    func answers(withResults: Bool) -> Bool { answers.answers(withResults: withResults) }

    func answer(_ task: AnswerTask, _ onPiece: (String) -> Void) throws(AssistantError) -> AnswerReport? {
        try answers.answer(task, onPiece)
    }
}
