internal import AIUJSON
internal import AIURouter
internal import AIUWire

/// Makes one call: whether it may be, what the person says, and what came of it.
struct ToolCallRunner {
    private static let patience: Duration = .seconds(120)
    /// Megabytes that are left to everything else in the guest.
    private static let reserve = 32
    private static let leastMemory = 48

    let registry: ToolRegistry
    let policy: GuestPolicy
    let memory: Int?
    let parts: AssistantParts

    /// `number`: which question about a call this is, when the person is asked.
    func run(_ call: ToolRequest, number: Int) throws(AssistantError) -> PlanOutcome.Done {
        let tool: ToolContract
        do throws(ToolRefusal) {
            tool = try registry.usable(call.tool)
        } catch {
            return refused(call, error)
        }
        if policy.forbidsNetwork(of: tool.name) {
            return refused(
                call, .refused, "\(tool.name) needs a network, and network_policy is '\(policy.networkPolicy)'",
                .init("call.no_network", ["tool": tool.name, "policy": policy.networkPolicy]))
        }
        let asks = tool.isSensitive(call.arguments) || policy.confirmations.contains(tool.name)
        if asks, let refusal = try confirm(call, number) { return refusal }
        let start = ContinuousClock.now
        let invocation = ToolInvocation(
            tool: tool.name, arguments: call.arguments, files: call.files,
            resultsFolder: call.resultsFolder ?? parts.places.workspace, languages: policy.languages)
        let reply = try parts.tools.run(invocation, limits: limits(of: tool))
        return done(call, reply, (ContinuousClock.now - start) / .milliseconds(1))
    }

    private func limits(of tool: ToolContract) -> ToolContract.Limits {
        var limits = tool.limits ?? ToolContract.usualLimits
        if let memory { limits.megabytes = max(Self.leastMemory, min(limits.megabytes, memory - Self.reserve)) }
        return limits
    }

    /// Nil when the person agrees.
    private func confirm(_ call: ToolRequest, _ number: Int) throws(AssistantError) -> PlanOutcome.Done? {
        if call.confirmed { return nil }
        guard call.attended else {
            return refused(
                call, .refused,
                "\(call.tool) runs only with a person's consent, and nobody was there to ask; use --yes",
                .init("call.unattended", ["tool": call.tool]))
        }
        let question = ConfirmationRequest(
            number: number, tool: call.tool, arguments: call.arguments,
            question: "Run \(call.tool) with \(Self.shown(call.arguments))?",
            timeoutMilliseconds: Int(Self.patience / .milliseconds(1)))
        if try parts.person.ask(question) { return nil }
        return refused(
            call, .refused, "\(call.tool) was not run, because it was not agreed to",
            .init("call.not_agreed", ["tool": call.tool]))
    }

    private static func shown(_ arguments: JSON) -> String {
        (arguments.membersValue ?? []).map { member in
            "\(member.name) “\((member.value.stringValue ?? member.value.text()).prefix(400))”"
        }.joined(separator: ", ")
    }

    private func refused(_ call: ToolRequest, _ refusal: ToolRefusal) -> PlanOutcome.Done {
        switch refusal {
        case .absent(let name, let flavour, let needed):
            refused(
                call, .unavailable, "\(refusal)",
                .init("call.absent", ["tool": name, "flavour": flavour, "needed": needed]))
        case .disabled(let name):
            refused(call, .refused, "\(refusal)", .init("router.disabled", ["tool": name]))
        case .denied, .unknown: refused(call, .refused, "\(refusal)", nil)
        }
    }

    /// `why` is for programs and logs, the phrase for the person.
    private func refused(
        _ call: ToolRequest, _ status: ToolCallReport.Status, _ why: String, _ phrase: ToolReply.Phrase?
    ) -> PlanOutcome.Done {
        let report = ToolCallReport(
            tool: call.tool, arguments: call.arguments, status: status, text: why, milliseconds: 0)
        return PlanOutcome.Done(report: report, reply: nil, phrase: phrase)
    }

    private func done(_ call: ToolRequest, _ reply: ToolReply, _ milliseconds: Double) -> PlanOutcome.Done {
        var report = ToolCallReport(
            tool: call.tool, arguments: call.arguments, status: .succeeded, text: reply.text, value: reply.value,
            files: reply.files, milliseconds: milliseconds)
        if let failure = reply.failure {
            report.status =
                switch failure.reason {
                case .timedOut: .timedOut
                case .unavailable: .unavailable
                case .invalid, .notFound, .damaged, .denied, .tooLarge, .failed: .failed
                }
            report.text = failure.message
        }
        return PlanOutcome.Done(report: report, reply: reply, phrase: reply.failure == nil ? nil : reply.phrase)
    }
}
