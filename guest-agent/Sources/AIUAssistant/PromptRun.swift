internal import AIUConversations
internal import AIUInferenceLink
internal import AIUJSON
internal import AIURouter
internal import AIUSystem
package import AIUWire

/// One prompt, from what the configuration says today to the answer: nine stages, in mission order.
package struct PromptRun {
    private static let mostShownFiles = 16
    /// From here on a plan is more than a guess.
    private static let sure = 0.7

    private let request: PromptRequest
    private let parts: AssistantParts

    package init(_ request: PromptRequest, _ parts: AssistantParts) {
        self.request = request
        self.parts = parts
    }

    package func run() throws(AssistantError) -> PromptAnswer {
        let trace = Trace(parts.person)
        let documents = GuestDocuments(places: parts.places)
        let policy = try documents.policy(request.limits)
        let phrases = try documents.phrases()
        let conversation = try conversation()
        try trace.ended(.refresh, "configuration read: \(policy.networkPolicy) network, \(policy.performanceMode) mode")

        let prompt = try analyse()
        let files = request.files.isEmpty ? Array((conversation?.files ?? []).prefix(1)) : request.files
        try trace.ended(
            .analyse, "\(prompt.count) characters, \(files.count) files", ["files": .array(files.map { .string($0) })])

        let memory = MachineMemory.read()?.availableMegabytes
        let processors = Processors.online
        let threads = PerformanceMode(rawValue: policy.performanceMode)?.threads(on: processors, parameters: .max) ?? 1
        try trace.ended(
            .resources,
            (memory.map { "\($0) MB of memory free" } ?? "the free memory is not known")
                + ", \(threads) of \(processors) processors for large models",
            ["processors": .integer(Int64(processors)), "threads": .integer(Int64(threads))])

        let registry = try documents.registry(policy)
        let usable = registry.tools.filter { registry.isEnabled($0) && registry.isAvailable($0) }
        try trace.ended(
            .tools, "\(usable.count) of \(registry.tools.count) tools can be used",
            ["enabled": .array(registry.enabled.sorted().map { .string($0) }), "flavour": .string(registry.flavour)])

        try checkTokens(prompt, policy)
        try trace.ended(.tokens, "at most \(policy.mostAnswerTokens) tokens for the answer")

        let barred = Set(registry.tools.map(\.name).filter { policy.forbidsNetwork(of: $0) })
        try trace.ended(
            .network,
            barred.isEmpty ? "no tool is barred" : "without a network: \(barred.sorted().joined(separator: ", "))")

        let planner = try parts.planner(request.model, conversation, policy)
        let talk = MemoryTalk(memory: parts.memory, now: parts.now(), isEphemeral: request.ephemeral)
        let wish = MemoryWish(prompt)
        let isForMemory = try wish.map { wish throws(AssistantError) in try talk.knows(wish) } ?? false
        let planned =
            isForMemory
            ? PromptPlan(Plan(calls: [], confidence: 1), promptTokens: AnswerLimit.tokens(of: prompt))
            : try planner.plan(prompt, files: files, registry: registry, without: [])
        try trace.ended(
            .plan, isForMemory ? "this is for the memory" : Self.summary(of: planned),
            Self.detail(of: planned.plan))

        let execution = PlanExecution(
            request: request, files: files, memory: memory, registry: registry, policy: policy, parts: parts)
        var outcome = PlanOutcome()
        if let wish, planned.plan.calls.isEmpty {
            outcome.memory = try talk.answer(wish)
        } else if let fact = try remembered(prompt, planned.plan, planner, talk) {
            outcome.memory = fact
        } else {
            outcome = try execution.run(planned.plan, of: prompt, by: planner)
            // Nothing came of the tools: perhaps the person was told, or told us, before.
            if outcome.kind == .failed { outcome.memory = try recalled(prompt, planned.plan, planner, talk) }
        }
        try trace.ended(.execute, outcome.summary)

        let synthesis = Synthesis(
            writer: AnswerWriter(phrases: phrases, policy: policy), source: planner as? any AnswerSource,
            policy: policy, person: parts.person, responseLimit: request.responseLimit)
        let context =
            synthesis.isWritten(outcome)
            ? try ContextSource(parts: parts, policy: policy).context(of: prompt, in: conversation) : PromptContext()
        let (report, language, kind) = try synthesis.answer(prompt, outcome, context)
        let note = report.note.map { " (\($0))" } ?? ""
        try trace.ended(.synthesise, "\(report.tokens) tokens in the language '\(language)'\(note)")

        let facts = outcome.memory?.facts ?? (report.note == nil ? [] : context.facts)
        let answer = PromptAnswer(
            outcome: kind,
            text: report.text, language: language, model: planner.name, conversation: conversation?.id,
            calls: outcome.calls, files: outcome.files, promptTokens: planned.promptTokens, answerTokens: report.tokens,
            milliseconds: trace.milliseconds, truncated: report.isCut, facts: facts.isEmpty ? nil : facts.map(\.shown))
        try keep(answer, files, in: conversation)
        return answer
    }

    private func conversation() throws(AssistantError) -> Conversation? {
        guard !request.ephemeral else { return nil }
        guard let name = request.conversation else {
            return parts.conversations.begin(title: request.text, at: parts.now())
        }
        do throws(ConversationError) {
            return try parts.conversations.find(name, to: "go on with the conversation")
        } catch {
            throw .refused(.notFound, "\(error)")
        }
    }

    /// A fact that answers where no tool does, where documents would be searched, and where the plan is a guess. A model
    /// that answers in its own words is told the facts instead.
    private func remembered(
        _ prompt: String, _ plan: Plan, _ planner: any Planner, _ talk: MemoryTalk
    ) throws(AssistantError) -> Remembered? {
        let isSure = plan.calls.first.map { $0.tool != "text_search" && $0.confidence >= Self.sure } ?? false
        return isSure ? nil : try recalled(prompt, plan, planner, talk)
    }

    private func recalled(
        _ prompt: String, _ plan: Plan, _ planner: any Planner, _ talk: MemoryTalk
    ) throws(AssistantError) -> Remembered? {
        guard request.files.isEmpty, plan.calls.count <= 1, !Self.answersFreely(planner) else { return nil }
        return try talk.answer(to: prompt)
    }

    private static func answersFreely(_ planner: any Planner) -> Bool {
        (planner as? any AnswerSource)?.answers(withResults: false) ?? false
    }

    /// The prompt in which nothing is taken for something else than words.
    private func analyse() throws(AssistantError) -> String {
        guard request.text.utf8.count <= PromptRequest.longestText else {
            throw .refused(
                .invalid, "the prompt is longer than \(PromptRequest.longestText) bytes; give long texts as files")
        }
        guard request.files.count <= PromptRequest.mostFiles else {
            throw .refused(.invalid, "a prompt has at most \(PromptRequest.mostFiles) files; give a folder instead")
        }
        let text = Reference.disarmed(request.text)
        guard text.contains(where: { !$0.isWhitespace }) else { throw .refused(.invalid, "the prompt is empty") }
        return text
    }

    private func checkTokens(_ prompt: String, _ policy: GuestPolicy) throws(AssistantError) {
        let tokens = AnswerLimit.tokens(of: prompt)
        guard tokens > policy.mostPromptTokens else { return }
        throw .refused(
            .invalid,
            "the prompt has about \(tokens) tokens, but token_limits.max_per_query allows \(policy.mostPromptTokens); "
                + "shorten it, or raise the limit with `aiu config set`")
    }

    private func keep(
        _ answer: PromptAnswer, _ files: [String], in conversation: Conversation?
    ) throws(AssistantError) {
        guard let conversation else { return }
        var seen: Set<String> = []
        let touched = (answer.files + answer.calls.compactMap { $0.arguments["file"]?.stringValue } + files)
            .filter { !$0.isEmpty && seen.insert($0).inserted }
        let turn = ConversationTurn(
            time: parts.now(), prompt: request.text, answer: answer.text, tools: answer.calls.map(\.tool),
            files: Array(touched.prefix(Self.mostShownFiles)))
        do throws(ConversationError) {
            try parts.conversations.add(turn, to: conversation)
        } catch {
            throw .refused(.io, "\(error)")
        }
    }

    private static func summary(of planned: PromptPlan) -> String {
        let calls = planned.plan.calls
        let summary = calls.isEmpty ? "no tool fits" : calls.map(\.tool).joined(separator: ", then ")
        return planned.note.map { "\(summary) (\($0))" } ?? summary
    }

    private static func detail(of plan: Plan) -> JSON {
        .array(
            plan.calls.map {
                ["tool": .string($0.tool), "arguments": $0.arguments, "confidence": .number($0.confidence)]
            })
    }
}
