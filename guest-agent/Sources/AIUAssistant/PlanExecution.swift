internal import AIUJSON
internal import AIURouter
internal import AIUWire

/// Runs the steps of a plan, each with what the steps before it came to.
struct PlanExecution {
    /// A second plan is only worth a try when it is more than a guess.
    private static let leastConfidence = 0.5

    let request: PromptRequest
    let files: [String]
    let memory: Int?
    let registry: ToolRegistry
    let policy: GuestPolicy
    let parts: AssistantParts

    func run(
        _ plan: Plan, of prompt: String, by planner: any Planner
    ) throws(AssistantError) -> PlanOutcome {
        guard !plan.calls.isEmpty else {
            // Nothing that is enabled fits. Something else may, which is worth saying.
            return PlanOutcome(disabledTool: plan.missing.first)
        }
        let outcome = try run(plan.calls)
        guard let failed = outcome.steps.last, outcome.kind == .failed, plan.calls.count == 1,
            failed.report.status == .failed
        else { return outcome }
        // One other way, when there is one.
        let other = try planner.plan(prompt, files: files, registry: registry, without: [failed.report.tool]).plan
        guard other.calls.count == 1, other.calls[0].confidence >= Self.leastConfidence else { return outcome }
        var second = try run(other.calls)
        guard second.kind == .answered else { return outcome }
        second.steps.insert(failed, at: 0)
        second.steps[0].isUsed = true
        return second
    }

    private func run(_ steps: [PlannedCall]) throws(AssistantError) -> PlanOutcome {
        var outcome = PlanOutcome()
        for (number, step) in steps.enumerated() {
            let arguments = try resolve(step, number + 1, &outcome)
            let call = ToolRequest(
                tool: step.tool, arguments: arguments, files: number == 0 || !Self.hasFile(arguments) ? files : [],
                confirmed: request.confirmed, attended: request.attended, resultsFolder: request.resultsFolder)
            let done = try runner.run(call, number: number + 1)
            outcome.steps.append(done)
            guard done.report.status == .succeeded else { break }
        }
        return outcome
    }

    private var runner: ToolCallRunner {
        ToolCallRunner(registry: registry, policy: policy, memory: memory, parts: parts)
    }

    private static func hasFile(_ arguments: JSON) -> Bool { arguments["file"] != nil || arguments["path"] != nil }

    /// The arguments with results in place of references. A file argument takes the file that a step made; a step that
    /// made none gives its text, to the argument for texts where the tool has one, otherwise as a file.
    private func resolve(
        _ step: PlannedCall, _ number: Int, _ outcome: inout PlanOutcome
    ) throws(AssistantError) -> JSON {
        var resolved = JSON.emptyObject
        for argument in step.arguments.membersValue ?? [] {
            let used = Reference.steps(in: argument.value).filter { (1..<number).contains($0) }
            for step in used where outcome.steps.indices.contains(step - 1) { outcome.steps[step - 1].isUsed = true }
            let results = outcome.steps
            if let only = used.first, argument.value.stringValue == "⟦\(only)⟧", Self.isFile(argument.name) {
                let place = try fileArgument(argument.name, of: step.tool, results[only - 1], only)
                resolved[place.name] = place.value
                continue
            }
            let value = Reference.resolve(argument.value) { step in
                guard results.indices.contains(step - 1) else { return nil }
                return Self.short(results[step - 1].reply?.text ?? "")
            }
            guard let value else { throw .broken("the plan refers to a step that it does not have") }
            resolved[argument.name] = value
        }
        return resolved
    }

    private static func isFile(_ name: String) -> Bool { ["file", "path", "source", "schema"].contains(name) }

    private static func short(_ text: String) -> String {
        let trimmed = text.withoutTrailingSpace
        guard trimmed.utf8.count > Reference.longestResult else { return String(trimmed) }
        return String(decoding: trimmed.utf8.prefix(Reference.longestResult), as: UTF8.self)
    }

    private func fileArgument(
        _ name: String, of tool: String, _ result: PlanOutcome.Done, _ number: Int
    ) throws(AssistantError) -> JSON.Member {
        if let made = result.report.files.first { return JSON.Member(name, .string(made)) }
        let text = result.reply?.text ?? ""
        let alternatives = registry[tool]?.argumentNames ?? []
        if let other = ["text", "values", "code"].first(where: alternatives.contains) {
            return JSON.Member(other, .string(Self.short(text)))
        }
        let ending = tool == "csv" ? "csv" : tool == "json" ? "json" : "txt"
        let path = ".aiu/step-\(number).\(ending)"
        let arguments: JSON = ["operation": "write", "path": .string(path), "text": .string(text)]
        let invocation = ToolInvocation(
            tool: "file_browser", arguments: arguments, resultsFolder: parts.places.workspace)
        let reply = try parts.tools.run(invocation, limits: ToolContract.usualLimits)
        if let failure = reply.failure { throw .broken("a result could not be kept for the next step: \(failure)") }
        return JSON.Member(name, .string("\(parts.places.workspace)/\(path)"))
    }
}
