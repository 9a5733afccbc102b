package import AIUModel
package import AIUSystem
package import AIUWire

/// Decides what a request for the assistant may use, reserves it, and lets the answer through that far.
package struct Meter: Metering {
    /// More than any answer: the rules and budgets say how many there really are.
    private static let mostResponse = 1_000_000
    /// A guest counts by other rules; the host has the last word, and this keeps the guest from stopping short of it.
    private static let slack = 16
    private static let longestConversation = 1024

    private let vocabularies: any VocabularyControl
    private let policies: any PolicyBook
    private let ledger: any Ledger
    private let counter: any TokenCounting
    private let limits: MeterLimits
    private let executor: LoopExecutor
    private let log = Log("meter")

    package init(
        vocabularies: any VocabularyControl, policies: any PolicyBook, ledger: any Ledger,
        counter: any TokenCounting, limits: MeterLimits = MeterLimits()
    ) throws(SystemError) {
        self.vocabularies = vocabularies
        self.policies = policies
        self.ledger = ledger
        self.counter = counter
        self.limits = limits
        executor = try LoopExecutor(name: "meter")
    }

    package func admit(
        _ request: AssistRequest, in name: VMName, for subject: PolicySubject,
        view: @Sendable () async throws(Failure) -> VMView
    ) async throws(Failure) -> (any MeteredRequest)? {
        switch request {
        case .prompt(var prompt):
            let vocabulary = try await vocabularies.vocabulary(for: name, model: prompt.model)
            let tokens = try await counter.count(prompt.text, by: vocabulary)
            if let most = vocabulary.contextLength, tokens > most {
                throw Failure(
                    .invalid,
                    "the prompt has \(tokens) tokens, and '\(vocabulary.name)' understands \(most) at once; shorten it, or give "
                        + "long texts as files")
            }
            let rules = try rules(for: subject, in: try await view().record)
            let grant = try await reserve(
                rules, promptTokens: tokens, conversation: prompt.ephemeral ? nil : prompt.conversation, tool: nil)
            prompt.responseLimit = grant.responseTokens + grant.responseTokens / 8 + Self.slack
            return admission(.prompt(prompt), rules, grant, vocabulary)
        case .tool(let tool):
            let vocabulary = try await vocabularies.vocabulary(for: name, model: nil)
            let rules = try rules(for: subject, in: try await view().record)
            let grant = try await reserve(
                rules, promptTokens: 0, conversation: nil, tool: ToolName(rawValue: tool.tool))
            return admission(request, rules, grant, vocabulary, tool: ToolName(rawValue: tool.tool))
        case .tools, .conversations, .memory, .models: return nil
        }
    }

    private func admission(
        _ request: AssistRequest, _ rules: MeterRules, _ grant: TokenGrant, _ vocabulary: VocabularyFile,
        tool: ToolName? = nil
    ) -> MeterAdmission {
        MeterAdmission(
            request: request, executor: executor,
            plan: MeterRun.Plan(
                grant: grant, vocabulary: vocabulary, limits: limits, ledger: ledger, counter: counter, log: log,
                subject: "\(request.verb) in \(rules.subject.vm?.text ?? "a VM")"),
            toolLimits: rules.limits.perTool,
            isBudget: grant.responseTokens < rules.most(afterPrompt: grant.promptTokens, tool: tool))
    }

    private func reserve(
        _ rules: MeterRules, promptTokens: Int, conversation: String?, tool: ToolName?
    ) async throws(Failure) -> TokenGrant {
        // It stands in the history, which is kept for months.
        guard conversation?.utf8.count ?? 0 <= Self.longestConversation else {
            throw Failure(.invalid, "a conversation's name has at most \(Self.longestConversation) bytes")
        }
        var subject = rules.subject
        subject.session = conversation
        let request = TokenRequest(
            id: RequestID.random(), subject: subject, policy: rules.policy, limits: rules.limits,
            budgets: AppliedBudget.all(rules.layers, session: rules.session, began: rules.began, for: subject),
            promptTokens: promptTokens, responseMax: Self.mostResponse, tool: tool)
        let grant = try await ledger.reserve(request)
        guard grant.ended == nil else { throw Failure(.conflict, "this request has ended already") }
        return grant
    }

    /// The policy in force, and the VM's own configuration as the narrowest of its scopes.
    private func rules(for subject: PolicySubject, in record: VMRecord) throws(Failure) -> MeterRules {
        let name = record.name
        var subject = subject
        subject.vm = name
        let force = policies.effective(subject)
        let limits: TokenLimits
        do {
            limits = try AIUConfig.parse(Array(record.configuration.utf8)).tokenLimits
        } catch {
            throw Failure(.damaged, "the configuration of '\(name)' cannot be read: \(error)")
        }
        let project: String? = force.layers.lazy.compactMap { layer in
            if case .project(let project) = layer.scope { project } else { nil }
        }.first
        return MeterRules(
            subject: TokenSubject(
                user: subject.user, name: subject.name, project: subject.project ?? project, vm: name, vmID: record.id),
            policy: force.version,
            limits: force.sections.tokens?.tightened(by: TokenRules(limits)) ?? TokenRules(limits),
            session: SessionBudget(policy: force.sections.tokens?.perSession, own: limits), began: record.started,
            layers: force.layers.compactMap { layer in layer.sections.tokens.map { (layer.scope, $0) } })
    }
}

/// What holds for one request.
struct MeterRules {
    let subject: TokenSubject
    let policy: Int64
    let limits: TokenRules
    let session: SessionBudget?
    /// When the VM was started.
    let began: Int64?
    let layers: [(scope: PolicyScope, rules: TokenRules)]

    /// The longest answer that one request may have, whatever is left in budgets.
    func most(afterPrompt prompt: Int, tool: ToolName?) -> Int {
        let all = [limits.perResponse, limits.perQuery.map { $0 - prompt }, tool.flatMap { limits.perTool[$0] }]
        return all.compactMap(\.self).min() ?? 0
    }
}
