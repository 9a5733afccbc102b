package import AIUJSON
package import AIURouter

/// Makes a plan for a prompt.
package protocol Planner {
    /// What made the plan, for people.
    var name: String { get }
    /// `without` names tools that were tried and failed.
    func plan(
        _ prompt: String, files: [String], registry: ToolRegistry, without: Set<String>
    ) throws(AssistantError) -> Plan
}

/// Tool calls in their order; none when no tool fits.
package struct Plan: Equatable, Sendable {
    /// One call. Its arguments may refer to the results of earlier steps.
    package struct Step: Equatable, Sendable {
        package var tool: String
        package var arguments: JSON
        /// Between 0 and 1.
        package var confidence: Double

        package init(tool: String, arguments: JSON, confidence: Double) {
            self.tool = tool
            self.arguments = arguments
            self.confidence = confidence
        }
    }

    package var steps: [Step]
    /// Tokens of the prompt as the model counts them.
    package var promptTokens: Int

    package init(steps: [Step], promptTokens: Int) {
        self.steps = steps
        self.promptTokens = promptTokens
    }
}
