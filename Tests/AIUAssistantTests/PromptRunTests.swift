import AIUAssistant
import AIUConversations
import AIUJSON
import AIURouter
import AIUWire
import Testing

@Suite("A prompt, from the configuration to the answer")
struct PromptRunTests {
    private static let sum = ToolReply(
        text: "43.4", phrase: .init("calculator.result", ["expression": "17.5% of 248", "value": "43.4"]))

    @Test("passes the nine stages and is answered in the person's language")
    func answered() throws {
        let plan = [step("calculator", ["expression": "17.5% of 248"])]
        try Scene.with(configuration: ["language_preferences": ["de"]], plans: [plan]) { scene in
            scene.tools.replies["calculator"] = Self.sum
            let answer = try scene.prompt(PromptRequest(text: "what's 17.5% of 248?"))
            #expect(answer.outcome == .answered)
            #expect(answer.text == "17.5% of 248 ist 43.4.")
            #expect(scene.person.text == answer.text)
            #expect(answer.language == "de")
            #expect(scene.person.stages == StageReport.Stage.allCases)
            #expect(answer.calls.map(\.status) == [.succeeded])
        }
    }

    @Test("a model answers in its own words, and where it has no room the phrases do")
    func written() throws {
        let plan = [step("calculator", ["expression": "17.5% of 248"])]
        for (plans, words, withResults, text, outcome) in [
            ([plan], "!", true, "43.4!", .answered), ([plan], nil, true, "17.5% of 248 is 43.4.", .answered),
            ([plan], "!", false, "17.5% of 248 is 43.4.", .answered), ([], "A song.", true, "A song.", .answered),
            ([], nil, true, "No tool fits.", .nothingFits),
        ] as [([[PlannedCall]], String?, Bool, String, PromptAnswer.Outcome)] {
            try Scene.with { scene in
                var scene = scene
                scene.tools.replies["calculator"] = Self.sum
                let writer = ScriptedWriter(
                    planner: ScriptedPlanner(plans: plans), words: words, withResults: withResults)
                scene.parts.planner = { _, _, _ in writer }
                let answer = try scene.prompt(PromptRequest(text: "what's 17.5% of 248?"))
                #expect(answer.text == text && answer.outcome == outcome && answer.model == "writer")
                let summaries = scene.person.events.compactMap { event in
                    if case .stage(let report) = event, report.stage == .plan { report.summary } else { nil }
                }
                #expect(summaries.first?.hasSuffix("(as the script says)") == true)
            }
        }
    }

    @Test("a table follows its sentence")
    func table() throws {
        try Scene.with(plans: [[step("csv")]]) { scene in
            scene.tools.replies["csv"] = ToolReply(text: "a,b\n1,2\n", phrase: .init("csv.rows", ["count": "1"]))
            let answer = try scene.prompt(PromptRequest(text: "rows"))
            #expect(answer.text == "1 rows:\na,b\n1,2")
        }
    }

    @Test("a later step gets what an earlier one came to")
    func steps() throws {
        let plan = [
            step("csv", ["operation": "sum"]), step("calculator", ["expression": "19% of ⟦1⟧"]),
        ]
        try Scene.with(plans: [plan]) { scene in
            scene.tools.replies["csv"] = ToolReply(text: "200\n")
            scene.tools.replies["calculator"] = Self.sum
            let answer = try scene.prompt(PromptRequest(text: "sum it and take 19% of that"))
            #expect(scene.tools.calls.last?.arguments == ["expression": "19% of 200"])
            // The first result is only on the way.
            #expect(answer.text == "17.5% of 248 is 43.4.")
        }
    }

    @Test("a file argument takes the file that a step made, or the argument for texts")
    func fileArguments() throws {
        let plan = [step("csv", ["operation": "rows"]), step("summarizer", ["file": "⟦1⟧"])]
        for (files, expected) in [
            (["/workspace/x.csv"], JSON.Member("file", "/workspace/x.csv")), ([], .init("text", "t")),
        ] {
            try Scene.with(plans: [plan]) { scene in
                scene.tools.replies["csv"] = ToolReply(text: "t", files: files)
                scene.tools.replies["summarizer"] = ToolReply(text: "short")
                _ = try scene.prompt(PromptRequest(text: "x"))
                #expect(scene.tools.calls.last?.arguments == .object([expected]))
            }
        }
    }

    @Test("after a failure one other way is tried, when it is more than a guess")
    func otherWay() throws {
        for (confidence, outcome) in [(0.8, PromptAnswer.Outcome.answered), (0.2, .failed)] {
            try Scene.with(plans: [[step("csv")], [step("calculator", confidence: confidence)]]) { scene in
                scene.tools.replies["calculator"] = Self.sum
                let answer = try scene.prompt(PromptRequest(text: "x"))
                #expect(answer.outcome == outcome)
                #expect(answer.text.contains("csv is broken") == (outcome == .failed))
            }
        }
    }

    @Test("when nothing fits that is said, and which disabled tool would")
    func nothingFits() throws {
        try Scene.with { scene in
            let answer = try scene.prompt(PromptRequest(text: "sing"))
            #expect(answer.outcome == .nothingFits && answer.text == "No tool fits.")
        }
        try Scene.with(configuration: ["tools": ["csv"]], plans: [[step("calculator")]]) { scene in
            let answer = try scene.prompt(PromptRequest(text: "1+1"))
            #expect(answer.text == "calculator is not enabled.")
            #expect(scene.tools.calls.isEmpty)
        }
    }

    @Test("a sensitive tool waits for a person's yes")
    func confirmation() throws {
        let plan = [step("shell", ["command": "rm x"])]
        let cases: [(confirmed: Bool, attended: Bool, says: Bool, runs: Bool, asked: Int)] = [
            (true, false, false, true, 0), (false, true, true, true, 1), (false, true, false, false, 1),
            (false, false, true, false, 0),
        ]
        for (confirmed, attended, says, runs, asked) in cases {
            try Scene.with(plans: [plan]) { scene in
                scene.tools.replies["shell"] = ToolReply(text: "gone")
                scene.person.answer = says
                let answer = try scene.prompt(PromptRequest(text: "x", confirmed: confirmed, attended: attended))
                #expect(scene.tools.calls.count == (runs ? 1 : 0))
                #expect(scene.person.questions.count == asked)
                #expect(answer.outcome == (runs ? .answered : .failed))
                #expect(scene.person.questions.allSatisfy { $0.question.contains("rm x") })
            }
        }
    }

    @Test("what the image or the network lacks is explained")
    func lacking() throws {
        for (tool, words) in [("pdf", "flavour 'full'"), ("api_tester", "needs a network")] {
            try Scene.with(plans: [[step(tool)]]) { scene in
                let answer = try scene.prompt(PromptRequest(text: "x"))
                #expect(answer.outcome == .failed && answer.text.contains(words))
            }
        }
    }

    @Test("why a call was not made is said in the person's language, and to programs as ever")
    func localised() throws {
        let cases = [("shell", "shell wurde nicht ausgeführt."), ("pdf", "pdf fehlt in micro.")]
        for (tool, words) in cases {
            try Scene.with(configuration: ["language_preferences": ["de"]], plans: [[step(tool)]]) { scene in
                let answer = try scene.prompt(PromptRequest(text: "x", attended: true))
                #expect(answer.outcome == .failed && answer.text == words && answer.language == "de")
                #expect(answer.calls[0].text.contains("not"))
            }
        }
    }

    @Test("an answer stays within its limit")
    func limit() throws {
        try Scene.with(configuration: ["token_limits": ["response_max": 2]], plans: [[step("csv")]]) { scene in
            scene.tools.replies["csv"] = ToolReply(text: "one two three four")
            let answer = try scene.prompt(PromptRequest(text: "x"))
            #expect(answer.text == "one two…" && answer.truncated)
        }
    }

    @Test(
        "a prompt that cannot be answered is refused",
        arguments: [
            (PromptRequest(text: " \n"), "is empty"),
            (PromptRequest(text: String(repeating: "x", count: 40_000)), "longer than"),
            (PromptRequest(text: String(repeating: "x", count: 400)), "max_per_query allows 50"),
            (PromptRequest(text: "x", files: [String](repeating: "f", count: 65)), "at most 64 files"),
            (PromptRequest(text: "x", conversation: "none"), "no conversation 'none'"),
        ])
    func refused(request: PromptRequest, words: String) throws {
        try Scene.with(configuration: ["token_limits": ["max_per_query": 50]]) { scene in
            let error = #expect(throws: AssistantError.self) { try scene.prompt(request) }
            #expect("\(error!)".contains(words))
        }
    }

    @Test("a conversation remembers the file that it is about")
    func conversation() throws {
        try Scene.with(plans: [[step("csv", ["operation": "average"])]]) { scene in
            scene.tools.replies["csv"] = ToolReply(text: "3")
            let first = try scene.prompt(PromptRequest(text: "average of price", files: ["/workspace/orders.csv"]))
            _ = try scene.prompt(PromptRequest(text: "and of quantity", conversation: first.conversation))
            #expect(scene.tools.calls.map(\.files) == [["/workspace/orders.csv"], ["/workspace/orders.csv"]])
            let kept = try scene.parts.conversations.list()
            #expect(kept.count == 1 && kept.first?.turns.count == 2)
            _ = try scene.prompt(PromptRequest(text: "x", ephemeral: true))
            #expect(try scene.parts.conversations.list().count == 1)
        }
    }
}

@Suite("Other requests to the assistant")
struct AssistantTests {
    @Test("one tool runs without a model")
    func tool() throws {
        try Scene.with { scene in
            scene.tools.replies["csv"] = ToolReply(text: "3")
            try scene.serve(.tool(ToolRequest(tool: "csv", arguments: ["operation": "count"])))
            guard case .toolAnswer(let report)? = scene.person.events.last else {
                Issue.record("no answer")
                return
            }
            #expect(report.status == .succeeded && report.text == "3")
        }
    }

    @Test("an unknown tool is refused with the nearest name")
    func unknown() throws {
        try Scene.with { scene in
            let error = #expect(throws: AssistantError.self) {
                try scene.serve(.tool(ToolRequest(tool: "calculater", arguments: .emptyObject)))
            }
            #expect("\(error!)".contains("did you mean 'calculator'"))
        }
    }

    @Test("tools are listed with what can be used")
    func tools() throws {
        try Scene.with(configuration: ["tools": ["csv", "pdf"]]) { scene in
            try scene.serve(.tools())
            guard case .tools(let tools)? = scene.person.events.last else {
                Issue.record("no list")
                return
            }
            #expect(tools.filter(\.enabled).map(\.name) == ["csv", "pdf"])
            #expect(tools.filter { !$0.available }.map(\.name) == ["pdf"])
        }
    }

    @Test("conversations are exported and imported")
    func conversations() throws {
        try Scene.with(plans: [[step("csv")]]) { scene in
            scene.tools.replies["csv"] = ToolReply(text: "3")
            let id = try #require(try scene.prompt(PromptRequest(text: "first words")).conversation)
            scene.person.events = []
            try scene.serve(.conversations(.export(conversation: id)))
            guard case .document(let document)? = scene.person.events.first else {
                Issue.record("no document")
                return
            }
            #expect(scene.person.events.last == .done)
            try scene.serve(.conversations(.importing(document: document)))
            let titles = try scene.parts.conversations.list().map(\.title)
            #expect(titles == ["first words", "first words"])
        }
    }
}
