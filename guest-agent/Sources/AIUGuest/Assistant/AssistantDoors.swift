internal import AIUSystem

/// The sockets by which the assistant reaches tools and models.
final class AssistantDoors {
    private let context: GuestContext
    private let tools: ToolDoor
    private let inference: InferenceService

    init(context: GuestContext, server: OperationServer) {
        self.context = context
        tools = ToolDoor(context: context, server: server)
        inference = InferenceService(context: context)
    }

    func open() {
        do throws(SystemError) {
            try Files.makeFolder("/run/aiu", mode: 0o755)
            try tools.open()
            try inference.open()
        } catch {
            context.journal.error("prompts cannot be answered: \(error)")
        }
    }
}
