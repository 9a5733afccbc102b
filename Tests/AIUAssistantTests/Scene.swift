import AIUAssistant
import AIUConversations
import AIUInferenceLink
import AIUJSON
import AIURouter
import AIUSystem
import AIUWire
import Glibc

/// A person who hears everything and says what the test wants.
final class ScriptedPerson: Person {
    var events: [AssistEvent] = []
    var answer = false
    var questions: [ConfirmationRequest] = []

    func tell(_ event: AssistEvent) throws(AssistantError) { events.append(event) }

    func ask(_ question: ConfirmationRequest) throws(AssistantError) -> Bool {
        questions.append(question)
        return answer
    }

    var text: String { events.map { if case .text(let text) = $0 { text } else { "" } }.joined() }
    var stages: [StageReport.Stage] {
        events.compactMap { if case .stage(let report) = $0 { report.stage } else { nil } }
    }
}

/// Tools whose replies the test wrote.
final class ScriptedTools: ToolRunner {
    var replies: [String: ToolReply] = [:]
    var calls: [ToolInvocation] = []

    func run(_ invocation: ToolInvocation, limits: ToolContract.Limits) throws(AssistantError) -> ToolReply {
        calls.append(invocation)
        return replies[invocation.tool] ?? ToolReply(.init(.failed, "\(invocation.tool) is broken"))
    }
}

/// Plans that the test wrote: the first whose tools are all enabled and none excluded.
struct ScriptedPlanner: Planner {
    let name = "scripted"
    var plans: [[PlannedCall]]

    func plan(
        _ prompt: String, files: [String], registry: ToolRegistry, without: Set<String>
    ) throws(AssistantError) -> PromptPlan {
        let fitting = plans.first { $0.allSatisfy { registry.enabled.contains($0.tool) && !without.contains($0.tool) } }
        let missing = plans.first?.map(\.tool).filter { !registry.enabled.contains($0) } ?? []
        return PromptPlan(Plan(calls: fitting ?? [], confidence: 1, missing: missing), promptTokens: 3)
    }
}

/// Plans as before, and answers in words of its own, as far as it has room.
struct ScriptedWriter: Planner, AnswerSource {
    let name = "writer"
    var planner: ScriptedPlanner
    var words: String?
    var withResults = true

    func plan(
        _ prompt: String, files: [String], registry: ToolRegistry, without: Set<String>
    ) throws(AssistantError) -> PromptPlan {
        var plan = try planner.plan(prompt, files: files, registry: registry, without: without)
        plan.note = "as the script says"
        return plan
    }

    func answers(withResults: Bool) -> Bool { self.withResults || !withResults }

    func answer(_ task: AnswerTask, _ onPiece: (String) -> Void) throws(AssistantError) -> AnswerReport? {
        guard let words else { return nil }
        let text = task.results.map(\.text).joined() + words
        onPiece(text)
        return AnswerReport(text: text, tokens: 2, isCut: false)
    }
}

/// A guest in a folder: configuration, tools, phrases, conversations.
struct Scene {
    let person = ScriptedPerson()
    let tools = ScriptedTools()
    var parts: AssistantParts

    static func with(
        configuration: JSON = .emptyObject, plans: [[PlannedCall]] = [], embeds: Bool = true,
        _ body: (Scene) throws -> Void
    ) throws {
        let folder = "/tmp/aiu-scene-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try Files.makeFolder(folder)
        defer { try? Files.removeTree(folder) }
        var places = AssistantPlaces()
        places.configuration = "\(folder)/config.json"
        places.tools = "\(folder)/tools.json"
        places.phrases = "\(folder)/phrases.json"
        places.flavour = "\(folder)/flavour"
        places.conversations = "\(folder)/conversations"
        places.memory = "\(folder)/memory"
        try Files.replace(places.configuration, with: configuration.bytes())
        try Files.replace(places.tools, with: Array(toolsFile.utf8))
        try Files.replace(places.phrases, with: Array(phrasesFile.utf8))
        try Files.replace(places.flavour, with: Array("micro\n".utf8))
        let scene = Scene(places, plans, embeds)
        try body(scene)
    }

    private init(_ places: AssistantPlaces, _ plans: [[PlannedCall]], _ embeds: Bool) {
        var time: Int64 = 0
        parts = AssistantParts(
            places: places, person: person, tools: tools,
            planner: { _, _, _ in ScriptedPlanner(plans: plans) },
            conversations: ConversationStore(folder: places.conversations),
            memory: Memory(
                store: FactStore(folder: places.memory),
                embed: { texts throws(AssistantError) in
                    guard embeds else { throw .broken("there is no engine") }
                    return Meanings(space: "words", vectors: texts.map(Self.vector))
                }),
            forget: { _ in },
            now: {
                time += 1
                return time
            })
    }

    /// Texts with the same words mean the same; "begin" means "start".
    private static func vector(_ text: String) -> [Float] {
        var vector = [Float](repeating: 0, count: 64)
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter }) where word.count > 3 {
            let stem = word.hasPrefix("begin") ? "start" : String(word.prefix(5))
            vector[stem.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 63 }] += 1
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? vector.map { $0 / length } : vector
    }

    func prompt(_ request: PromptRequest) throws -> PromptAnswer { try PromptRun(request, parts).run() }

    func serve(_ request: AssistRequest) throws { try Assistant(parts, models: { [] }).serve(request) }

    private static let toolsFile = """
        {"version": 1, "tools": [
          {"name": "calculator", "area": "mathematics", "flavour": "micro", "sensitive": false, "description": "d",
           "arguments": {"type": "object", "properties": {"expression": {"type": "string"}}}},
          {"name": "csv", "area": "files", "flavour": "micro", "sensitive": false, "description": "d",
           "arguments": {"type": "object", "properties": {"file": {"type": "string"}, "operation": {"type": "string"}}}},
          {"name": "summarizer", "area": "language", "flavour": "micro", "sensitive": false, "description": "d",
           "arguments": {"type": "object", "properties": {"file": {"type": "string"}, "text": {"type": "string"}}}},
          {"name": "shell", "area": "utilities", "flavour": "micro", "sensitive": true, "description": "d",
           "arguments": {"type": "object", "properties": {"command": {"type": "string"}}}},
          {"name": "api_tester", "area": "development", "flavour": "micro", "sensitive": false, "description": "d",
           "arguments": {"type": "object", "properties": {"url": {"type": "string"}}}},
          {"name": "pdf", "area": "files", "flavour": "full", "sensitive": false, "description": "d",
           "arguments": {"type": "object", "properties": {"file": {"type": "string"}}}}]}
        """
    private static let phrasesFile = """
        {"calculator.result": {"en": "{expression} is {value}.", "de": "{expression} ist {value}."},
         "csv.rows": {"en": "{count} rows:"},
         "memory.kept": {"en": "Kept: {fact}"}, "memory.known": {"en": "Known: {fact}"},
         "memory.recalled": {"en": "Told: {fact}"}, "memory.list": {"en": "{count}:\\n{facts}"},
         "memory.forgotten": {"en": "Gone: {fact}"}, "memory.nothing": {"en": "Nothing about {subject}"},
         "memory.several": {"en": "Which?\\n{facts}"}, "memory.all": {"en": "Use clear."},
         "memory.ephemeral": {"en": "Nothing is kept."}, "memory.none": {"en": "Nothing yet."},
         "call.not_agreed": {"de": "{tool} wurde nicht ausgeführt."}, "call.absent": {"de": "{tool} fehlt in {flavour}."},
         "router.nothing_fits": {"en": "No tool fits.", "de": "Kein Werkzeug passt."},
         "router.disabled": {"en": "{tool} is not enabled."}}
        """
}

func step(_ tool: String, _ arguments: JSON = .emptyObject, confidence: Double = 0.9) -> PlannedCall {
    PlannedCall(tool: tool, arguments: arguments, confidence: confidence)
}
