internal import AIUConversations
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// The process of one request: reads it from the agent, serves it, says the last word.
package enum AssistantProgram {
    /// The agent's end of the conversation.
    private static let agent: Int32 = 3
    private static let requestLimit: Duration = .seconds(10)

    package static func run() -> Int32 {
        // A host that went away is noticed where it is written to, and by the agent, which ends us.
        signal(SIGPIPE, SIG_IGN)
        let socket = FrameSocket(FileDescriptor(owning: agent), purpose: "talk to the agent")
        do throws(AssistantError) {
            guard let frame = try socket.next(within: requestLimit) else { return 1 }
            let request: AssistRequest
            do throws(WireError) {
                request = try frame.message(as: AssistRequest.self)
            } catch {
                throw .refused(.invalid, "\(error)")
            }
            let engine = InferenceEngine(places: AssistantPlaces())
            let parts = AssistantParts(
                places: engine.places, person: HostPerson(socket), tools: ConfinedToolRunner(engine.places),
                planner: { model, conversation, policy throws(AssistantError) in
                    try engine.planner(model, conversation, policy)
                },
                conversations: ConversationStore(folder: engine.places.conversations),
                memory: Memory(
                    store: FactStore(folder: engine.places.memory),
                    embed: { texts throws(AssistantError) in try engine.meanings(of: texts) }),
                forget: { engine.forget($0) }, now: { Timestamp.now.milliseconds })
            try Assistant(parts, models: { () throws(AssistantError) in try engine.models() }).serve(request)
            return 0
        } catch {
            // When even this cannot be said, nobody is there to hear it.
            guard (try? socket.send(.failed, encoding: error.failure)) != nil else { return 1 }
            return 0
        }
    }
}
