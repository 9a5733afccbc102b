package import AIUWire

/// One tool: an engine behind the arguments of its schema.
package protocol Tool: Sendable {
    /// As in `tools.json`.
    static var name: String { get }
    init()
    /// Blocks until there is a result. The process around it has the limits; arguments fit the schema.
    func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply
}
