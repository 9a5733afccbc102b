internal import AIUWire

/// What came of a plan.
struct PlanOutcome {
    /// One call with the tool's own reply, where there was one.
    struct Done {
        var report: ToolCallReport
        var reply: ToolReply?
        /// A later step used its result: the answer need not repeat it.
        var isUsed = false
        /// Why there is no result, to be said in the person's language.
        var phrase: ToolReply.Phrase?
    }

    var steps: [Done] = []
    /// The tool that would have fitted, were it enabled.
    var disabledTool: String?

    /// What the memory says instead of tools.
    var memory: Remembered?

    var calls: [ToolCallReport] { steps.map(\.report) }
    var files: [String] { steps.flatMap(\.report.files) }

    var kind: PromptAnswer.Outcome {
        if let memory { return memory.isRefusal ? .failed : .answered }
        guard let last = steps.last else { return .nothingFits }
        return last.report.status == .succeeded ? .answered : .failed
    }

    var summary: String {
        if let memory { return memory.summary }
        guard let last = steps.last else { return "nothing was run" }
        return last.report.status == .succeeded
            ? "\(steps.count) \(steps.count == 1 ? "call" : "calls")" : "\(last.report.tool): \(last.report.status)"
    }
}
