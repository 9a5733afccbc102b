package import AIURouter
package import AIUWire

/// Runs one tool within its limits.
package protocol ToolRunner {
    func run(_ invocation: ToolInvocation, limits: ToolContract.Limits) throws(AssistantError) -> ToolReply
}
