package import AIURouter

/// Makes a plan for a prompt.
package protocol Planner {
    /// What makes the plan, for people.
    var name: String { get }
    /// `without` names tools that were tried and failed.
    func plan(
        _ prompt: String, files: [String], registry: ToolRegistry, without: Set<String>
    ) throws(AssistantError) -> PromptPlan
}

/// A plan and what it took to make it.
package struct PromptPlan: Equatable, Sendable {
    package var plan: Plan
    /// Tokens of the prompt as the model counts them.
    package var promptTokens: Int
    /// Something about how it was made that a person should know.
    package var note: String?

    package init(_ plan: Plan, promptTokens: Int) {
        self.plan = plan
        self.promptTokens = promptTokens
    }
}
