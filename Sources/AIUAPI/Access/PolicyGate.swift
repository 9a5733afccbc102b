internal import AIUModel
internal import AIUPolicy
internal import AIUWire

/// What every request to an assistant passes: whether the policy allows it, and what else the policy says about it.
struct PolicyGate: Sendable {
    let book: any PolicyBook

    /// Refuses what the policy denies; otherwise the request, with what the assistant has to keep to. `view` shows the VM.
    func admit(
        _ request: OperationRequest, in vm: VMName, for caller: Caller,
        view: @Sendable () async throws(Failure) -> VMView
    ) async throws(Failure) -> OperationRequest {
        guard case .assist(let order) = request else { return request }
        // What holds in the VM, whoever its owner is, and what holds for whoever asks: both.
        let policies = [book.effective(PolicySubject(vm: vm)), book.effective(caller.subject(vm: vm))]
        switch order {
        case .prompt(var prompt):
            try Self.requireSound(policies)
            prompt.limits = HostLimits(policies)
            if let model = prompt.model {
                for policy in policies { try policy.check(model: model) }
            } else if policies.contains(where: { $0.sections.models != nil }) {
                // Which of them answers, the assistant decides.
                for model in try await view().record.models {
                    for policy in policies { try policy.check(model: model.text) }
                }
            }
            if prompt.limits != nil { try Self.requireLimits(try await view()) }
            return .assist(.prompt(prompt))
        case .tool(var call):
            try Self.requireSound(policies)
            call.limits = HostLimits(policies)
            if let tool = ToolName(rawValue: call.tool) {
                for policy in policies { try policy.check(tool: tool) }
                // Everything else about a tool that is named the host sees by itself.
                if policies.contains(where: { $0.confirmation(of: tool) != nil }) {
                    try Self.requireLimits(try await view())
                }
            }
            return .assist(.tool(call))
        case .tools: return .assist(.tools(limits: HostLimits(policies)))
        case .conversations, .memory, .models: return request
        }
    }

    private static func requireSound(_ policies: [PolicyInForce]) throws(Failure) {
        if let problem = policies.lazy.compactMap(\.problem).first { throw Failure(.unavailable, problem) }
    }

    /// An image from before there was a policy would not hear what the policy says.
    private static func requireLimits(_ view: VMView) throws(Failure) {
        // Whose agent is not connected is told so by whoever asks it.
        guard let hello = view.agent?.hello, hello.features?.contains(WireProtocol.limitsFeature) != true else {
            return
        }
        throw Failure(
            .unsupported,
            "the image of '\(view.record.name)' is older than the policy and would not keep to its tools; make a VM of the "
                + "newest image, or take `tools` and `confirmations` of the policy away for it")
    }
}

extension HostLimits {
    /// Nil where nothing is said, so that the request is as it was.
    fileprivate init?(_ policies: [PolicyInForce]) {
        let tools = ToolName.allCases.filter { tool in policies.allSatisfy { $0.denial(of: tool) == nil } }
        let asked = ToolName.allCases.filter { tool in policies.contains { $0.confirmation(of: tool) != nil } }
        guard tools.count < ToolName.allCases.count || !asked.isEmpty else { return nil }
        self.init(
            tools: tools.count < ToolName.allCases.count ? tools.map(\.rawValue) : nil,
            confirmations: asked.isEmpty ? nil : asked.map(\.rawValue))
    }
}
