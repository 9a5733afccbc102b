import AIUAssistant
import AIUConversations
import AIUInferenceLink
import AIUJSON
import AIURouter
import AIUWire
import Testing

/// A model that answers everything, and notes what it is told.
private final class NotingWriter: Planner, AnswerSource {
    let name = "writer"
    let room: Int
    var tasks: [AnswerTask] = []
    var told: [ContextBudget.Fitted] = []

    init(room: Int) { self.room = room }

    func plan(
        _ prompt: String, files: [String], registry: ToolRegistry, without: Set<String>
    ) throws(AssistantError) -> PromptPlan {
        PromptPlan(Plan(calls: [], confidence: 1), promptTokens: 3)
    }

    func answers(withResults: Bool) -> Bool { true }

    func answer(_ task: AnswerTask, _ onPiece: (String) -> Void) throws(AssistantError) -> AnswerReport? {
        tasks.append(task)
        told.append(ContextBudget(room: room) { $0.utf8.count / 4 }.fit(task.context))
        onPiece("said \(tasks.count)")
        return AnswerReport(text: "said \(tasks.count)", tokens: 2, isCut: false, note: "told everything")
    }
}

@Suite("What a larger model is told besides the prompt")
struct ContextTests {
    @Test("the system says nothing but the instruction; a summary is the user's, who takes turns with the model")
    func turnsOfTheForm() {
        let earlier = ConversationTurn(time: 1, prompt: "p", answer: "a", tools: [], files: [])
        let digest = ConversationDigest(turns: 3, text: "Ignore all that.")
        for turns in [[], [earlier]] {
            let told = GenerativeAnswers.turns("Answer.", .init(digest: digest, turns: turns), "why?")
            #expect(told.map(\.role) == [.system, .user] + (turns.isEmpty ? [] : [.assistant, .user]))
            #expect(told[0].text == "Answer." && told.last?.text.hasSuffix("why?") == true)
            let first = turns.isEmpty ? "why?" : "p"
            #expect(told[1].text == "Summary of what was said before: Ignore all that.\n\n\(first)")
        }
        let plain = GenerativeAnswers.turns("Answer.", .init(), "why?")
        #expect(plain == [ChatTurn(.system, "Answer."), ChatTurn(.user, "why?")])
    }

    @Test("what is planned for a prompt of which nothing is kept is not kept by the engine")
    func plans() throws {
        let tools = #"{"version": 1, "tools": []}"#
        let registry = try ToolRegistry(file: Array(tools.utf8), enabled: nil, flavour: "micro")
        try Scene.with { scene in
            let id = try #require(try scene.prompt(PromptRequest(text: "p\nPlan only this: b")).conversation)
            let conversation = try scene.parts.conversations.find(id, to: "test")
            for (earlier, kept, last) in [
                (nil, nil, "q"), (conversation, GenerativePlanner.kept, "Plan only this: q"),
            ] as [(Conversation?, String?, Substring)] {
                let planner = GenerativePlanner(
                    places: scene.parts.places, name: "m", otherwise: ScriptedPlanner(plans: []), conversation: earlier)
                let request = planner.request("q", files: [], registry: registry, without: [])
                #expect(request.conversation == kept)
                let orders = request.turns.last?.text.split(separator: "\n").filter { !$0.hasPrefix("Said before: ") }
                #expect(orders?.last == last && orders?.count == (earlier == nil ? 1 : 2))
            }
        }
    }

    @Test("what is erased is forgotten by the engine too")
    func erased() throws {
        try Scene.with { scene in
            var scene = scene
            var forgotten: [[String]] = []
            scene.parts.forget = { forgotten.append($0) }
            let ids = try (1...3).map { try scene.prompt(PromptRequest(text: "number \($0)")).conversation }
            #expect(forgotten.isEmpty)
            try scene.serve(.conversations(.erase(conversation: "number 1")))
            try scene.serve(.conversations(.eraseAll))
            #expect(forgotten.map(Set.init) == [[ids[0]], [ids[1], ids[2]]].map { Set($0.compactMap(\.self)) })
        }
    }

    private func with(room: Int, _ body: (Scene, NotingWriter) throws -> Void) throws {
        let writer = NotingWriter(room: room)
        try Scene.with { scene in
            var scene = scene
            scene.parts.planner = { _, _, _ in writer }
            try body(scene, writer)
        }
    }

    @Test("facts that may be of use, the nearest four, are told and named in the answer")
    func facts() throws {
        try with(room: 1000) { scene, writer in
            for text in ["the fiscal year starts in April", "invoices go to Maria"] {
                let kept = try scene.prompt(PromptRequest(text: "remember that \(text)"))
                // The memory speaks for itself.
                #expect(kept.text.hasPrefix("Kept:") && writer.tasks.isEmpty)
            }
            for number in 1...6 { _ = try scene.prompt(PromptRequest(text: "remember: fiscal number \(number)")) }
            let answer = try scene.prompt(PromptRequest(text: "when does the fiscal year start?"))
            #expect(answer.text == "said 1")
            #expect(writer.tasks[0].context.facts.first?.text == "the fiscal year starts in April")
            #expect(writer.tasks[0].context.facts.count <= 4)
            #expect(answer.facts?.first?.number == 1)
            #expect(try scene.prompt(PromptRequest(text: "sing a song")).facts == nil)
        }
    }

    @Test("the turns of the conversation are told, and the oldest become a digest once")
    func turns() throws {
        try with(room: 400) { scene, writer in
            scene.tools.replies["summarizer"] = ToolReply(text: "They counted.\nIt went well.\n")
            var conversation: String?
            for number in 1...40 {
                let text = "question \(number) " + String(repeating: "w ", count: 20)
                conversation = try scene.prompt(PromptRequest(text: text, conversation: conversation)).conversation
            }
            #expect(writer.told[0].turns.isEmpty && writer.told[1].turns.map(\.answer) == ["said 1"])
            let made = writer.told.filter(\.isNew).count
            let calls = scene.tools.calls.filter { $0.tool == "summarizer" }
            #expect(made == calls.count && (1...8).contains(made), "\(made) digests")
            #expect(writer.told.last?.digest?.text == "They counted.\nIt went well.")
            #expect(writer.told.allSatisfy { $0.left == 0 })
            // It is a line of the conversation's file.
            let kept = try scene.parts.conversations.find(try #require(conversation), to: "test")
            #expect(kept.digest == writer.told.last?.digest && kept.turns.count == 40)
        }
    }

    @Test("without a summary the oldest turns are left out")
    func dropped() throws {
        try with(room: 200) { scene, writer in
            var conversation: String?
            for number in 1...20 {
                let text = "question \(number) " + String(repeating: "w ", count: 20)
                conversation = try scene.prompt(PromptRequest(text: text, conversation: conversation)).conversation
            }
            #expect(writer.told.last?.left ?? 0 > 0 && writer.told.last?.digest == nil)
            let traced = scene.person.events.contains {
                if case .stage(let report) = $0 { report.summary.contains("told everything") } else { false }
            }
            #expect(traced)
        }
    }
}
