internal import AIUConversations
internal import AIUJSON
internal import AIURouter
internal import AIUSystem
package import AIUWire

/// Serves one request of a person, whatever it is about.
package struct Assistant {
    /// Bytes of JSON that a list or a record may have in one frame.
    private static let roomInFrame = 40 * 1024

    private let parts: AssistantParts
    private let models: () throws(AssistantError) -> [GuestModel]

    package init(_ parts: AssistantParts, models: @escaping () throws(AssistantError) -> [GuestModel]) {
        self.parts = parts
        self.models = models
    }

    package func serve(_ request: AssistRequest) throws(AssistantError) {
        switch request {
        case .prompt(let request): try tell(.answer(try PromptRun(request, parts).run()))
        case .tool(let request): try tell(.toolAnswer(try run(request)))
        case .tools(let limits): try tell(.tools(try tools(limits)))
        case .models: try tell(.models(try models()))
        case .conversations(let request): try serve(request)
        case .memory(let request): try serve(request)
        }
    }

    private func tell(_ event: AssistEvent) throws(AssistantError) { try parts.person.tell(event) }

    private func run(_ request: ToolRequest) throws(AssistantError) -> ToolCallReport {
        let documents = GuestDocuments(places: parts.places)
        let policy = try documents.policy(request.limits)
        let registry = try documents.registry(policy)
        do throws(ToolRefusal) {
            _ = try registry.usable(request.tool)
        } catch {
            throw .refused(Self.reason(of: error), "\(error)")
        }
        let runner = ToolCallRunner(
            registry: registry, policy: policy, memory: MachineMemory.read()?.availableMegabytes, parts: parts)
        return try runner.run(request, number: 1).report
    }

    private static func reason(of refusal: ToolRefusal) -> OperationFailure.Reason {
        switch refusal {
        case .unknown: .notFound
        case .disabled, .denied: .denied
        case .absent: .unsupported
        }
    }

    private func tools(_ limits: HostLimits?) throws(AssistantError) -> [ToolDescription] {
        let documents = GuestDocuments(places: parts.places)
        let policy = try documents.policy(limits)
        let registry = try documents.registry(policy)
        return registry.tools.map { tool in
            ToolDescription(
                name: tool.name, area: tool.area, description: tool.description, arguments: tool.arguments,
                flavour: tool.flavour, sensitive: tool.sensitive || policy.confirmations.contains(tool.name),
                enabled: registry.isEnabled(tool), denied: registry.denied.contains(tool.name) ? true : nil,
                available: registry.isAvailable(tool), examples: tool.examples ?? [])
        }
    }

    private func serve(_ request: ConversationRequest) throws(AssistantError) {
        let store = parts.conversations
        do throws(ConversationError) {
            switch request {
            case .list: try tellAll(try store.list().map(\.summary))
            case .search(let text): try tellAll(try store.search(text))
            case .show(let name):
                let found = try store.find(name, to: "show the conversation")
                try say(.conversation(found.record(within: Self.roomInFrame)))
            case .rename(let name, let title):
                try store.rename(name, to: title)
                try say(.done)
            case .export(let name): try export(try store.find(name, to: "export the conversation"))
            case .importing(let document):
                try say(.conversation(try store.importing(document).record(within: 0)))
            case .erase(let name):
                parts.forget([try store.erase(name)])
                try say(.done)
            case .eraseAll:
                parts.forget(try store.eraseAll())
                try say(.done)
            }
        } catch {
            throw .refused(Self.reason(of: error), "\(error)")
        }
    }

    /// A list may be longer than a frame: it comes in several, the last one followed by `done`.
    private func tellAll(_ summaries: [ConversationSummary]) throws(ConversationError) {
        var rest = summaries[...]
        while !rest.isEmpty {
            try say(.conversations(Array(rest.prefix(64))))
            rest = rest.dropFirst(64)
        }
        try say(.done)
    }

    private func serve(_ request: MemoryRequest) throws(AssistantError) {
        let facts: [Fact] =
            switch request {
            case .list: try parts.memory.facts()
            case .add(let text): [try parts.memory.add(text, at: parts.now()).fact]
            case .remove(let numbers): try parts.memory.remove(numbers)
            case .clear: []
            }
        if request == .clear { try parts.memory.clear() }
        var rest = facts.map(\.shown)[...]
        while !rest.isEmpty {
            try tell(.facts(Array(rest.prefix(16))))
            rest = rest.dropFirst(16)
        }
        try tell(.done)
    }

    private func export(_ conversation: Conversation) throws(ConversationError) {
        for part in ExportedConversation.parts(of: conversation, within: Self.roomInFrame) {
            try say(.document(try part.json()))
        }
        try say(.done)
    }

    private func say(_ event: AssistEvent) throws(ConversationError) {
        do throws(AssistantError) {
            try tell(event)
        } catch {
            throw ConversationError("answer", .system("\(error)"))
        }
    }

    private static func reason(of error: ConversationError) -> OperationFailure.Reason {
        switch error.reason {
        case .notFound: .notFound
        case .ambiguous, .badTitle, .badDocument: .invalid
        case .tooMany, .tooLong: .noSpace
        case .system: .io
        }
    }
}
