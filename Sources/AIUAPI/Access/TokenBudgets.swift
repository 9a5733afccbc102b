internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// The budgets in which a request of somebody would be counted.
struct TokenBudgets {
    /// Who would ask, where: whoever asks this, where nothing is said.
    struct Question {
        var user: String?
        var vm: VMName?
        var project: String?
    }

    let policy: Int64
    let applied: [AppliedBudget]

    init(_ question: Question, for caller: Caller, _ context: Route.Context) async throws(Failure) {
        var subject = Self.subject(question, caller)
        try Self.refuse(question.user != nil, of: subject, to: caller)
        subject.project = question.project
        var own: TokenLimits?
        var began: Int64?
        var tokens = TokenSubject(
            user: subject.user, name: subject.name, project: question.project, vm: question.vm)
        if let vm = question.vm {
            let record = try await context.control.inspect(vm).record
            tokens.vmID = record.id
            began = record.started
            // One that cannot be read says nothing about tokens; whoever prompts the VM is told.
            own = (try? AIUConfig.parse(Array(record.configuration.utf8)))?.tokenLimits
        }
        let force = context.control.book.effective(subject)
        let session = SessionBudget(policy: force.sections.tokens?.perSession, own: own)
        let layers: [(scope: PolicyScope, rules: TokenRules)] = force.layers.compactMap { layer in
            layer.sections.tokens.map { (layer.scope, $0) }
        }
        policy = force.version
        // A budget that each VM has is of no one where none is named.
        applied = AppliedBudget.all(layers, session: session, began: began, for: tokens)
            .filter { $0.budget.each != .vm || question.vm != nil }
    }

    static func subject(_ question: Question, _ caller: Caller) -> PolicySubject {
        guard let user = question.user else { return caller.subject(vm: question.vm) }
        if let number = UInt32(user) {
            return PolicySubject(user: number, name: UserNames.name(of: number), vm: question.vm)
        }
        return PolicySubject(user: UserNames.number(of: user), name: user, vm: question.vm)
    }

    /// What others use only whoever may change the supervisor sees, or reads everything.
    static func refuse(_ isNamed: Bool, of subject: PolicySubject, to caller: Caller) throws(Failure) {
        guard isNamed else { return }
        let permissions = caller.role?.permissions ?? []
        if permissions.contains(.administer) || permissions.contains(.audit) { return }
        if let user = subject.user, user == caller.person?.user { return }
        if subject.user == nil, let name = subject.name, name == caller.person?.name { return }
        throw Failure(
            .denied, "the tokens of others are shown to administrators and auditors; `aiu tokens show` shows yours")
    }

    /// The one of that name, or of `SCOPE/NAME` where several scopes have one.
    func named(_ name: String) throws(Failure) -> AppliedBudget {
        let found = applied.filter { $0.budget.name == name || "\($0.scope.key)/\($0.budget.name)" == name }
        guard let first = found.first else {
            let known = applied.map(\.budget.name)
            let hint = Nearest.word(to: name, in: known).map { "; did you mean '\($0)'?" } ?? ""
            throw Failure(
                .notFound,
                known.isEmpty
                    ? "the policy has no token budget here; `aiu tokens set` makes one"
                    : "no token budget '\(name)' holds here\(hint); there are: \(known.joined(separator: ", "))")
        }
        // Given to one of them, the other would still stop what it was given for.
        guard found.count == 1 else {
            let names = found.map { "\($0.scope.key)/\($0.budget.name)" }.joined(separator: ", ")
            throw Failure(.conflict, "several scopes have a token budget '\(name)' here; name one of: \(names)")
        }
        return first
    }
}
