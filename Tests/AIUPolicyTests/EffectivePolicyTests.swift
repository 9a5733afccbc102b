import AIUModel
import AIUPolicy
import Testing

@Suite("the policy in force")
struct EffectivePolicyTests {
    private static let text = """
        {
          "network": { "mode": "allowlist", "allow": [{ "host": "*.example.org" }] },
          "tokens": { "per_query": 1000 },
          "tools": { "deny": ["shell"] },
          "models": { "deny": ["big*"] },
          "confirmations": ["code_runner"],
          "resources": { "vms": 3, "ram": "2GB", "cpu_cores": 4, "storage": "10GB" },
          "projects": {
            "lab": { "members": ["@staff"], "tokens": { "per_query": 800 },
                     "tools": { "allow": ["csv", "json", "calculator"] } }
          },
          "users": {
            "anna": { "tokens": { "per_query": 500 }, "resources": { "vms": 1 } },
            "1002": { "tools": { "deny": ["csv"] } }
          },
          "vms": { "box": { "tokens": { "per_query": 600 }, "network": { "mode": "isolated" } } }
        }
        """

    private static let document = document(text)

    private static func document(_ text: String) -> PolicyDocument {
        do {
            return try PolicyDocument(parsing: Array(text.utf8))
        } catch {
            Issue.record(error)
            return .empty
        }
    }

    private static func policy(_ subject: PolicySubject) -> PolicyInForce {
        EffectivePolicy(document, subject).inForce(version: 7)
    }

    private static let box = VMName("box")
    private static let other = VMName("other")

    @Test(
        "the tightest scope holds, whatever the order",
        arguments: [
            (PolicySubject(), 1000, ["host"], 30),
            (PolicySubject(user: 1, name: "anna"), 500, ["host", "user anna"], 30),
            (PolicySubject(user: 1, name: "anna", vm: box), 500, ["host", "user anna", "vm box"], 30),
            (PolicySubject(user: 2, name: "bert", vm: box), 600, ["host", "vm box"], 30),
            (PolicySubject(user: 2, name: "bert", groups: ["staff"]), 800, ["host", "project lab"], 3),
            // A VM counts in its own project, not in those of whoever uses it.
            (PolicySubject(user: 2, name: "bert", groups: ["staff"], vm: other), 1000, ["host"], 30),
            (PolicySubject(user: 2, vm: other, project: "lab"), 800, ["host", "project lab"], 3),
            (PolicySubject(user: 1002, vm: other, project: "lab"), 800, ["host", "project lab", "user 1002"], 2),
            // A project that the document does not know any more says nothing.
            (PolicySubject(vm: other, project: "gone"), 1000, ["host"], 30),
        ] as [(PolicySubject, Int, [String], Int)])
    func combination(subject: PolicySubject, perQuery: Int, scopes: [String], tools: Int) {
        let policy = Self.policy(subject)
        #expect(policy.sections.tokens?.perQuery == perQuery)
        #expect(policy.layers.map(\.scope.description) == scopes)
        #expect(policy.sections.tools?.inForce.count == tools + (tools == 30 ? ToolName.allCases.count - 31 : 0))
    }

    @Test("a denial names the scope that denies")
    func denials() throws {
        let policy = Self.policy(PolicySubject(user: 1002, vm: Self.other, project: "lab"))
        #expect(policy.denial(of: .shell)?.scope == .host)
        #expect(policy.denial(of: .csv)?.scope == .user("1002"))
        #expect(policy.denial(of: .pdf)?.scope == .project("lab"))
        #expect(policy.denial(of: .json) == nil)
        #expect(policy.confirmation(of: .codeRunner) == .host)
        #expect(policy.denial(ofModel: "big-7b")?.field == ["models", "deny"])
        #expect(policy.denial(ofModel: "small") == nil)
        let failure = try #require(throws: Failure.self) { try policy.check(tool: .csv) }
        #expect(failure.reason == .denied)
        #expect(failure.message.contains("version 7, user 1002"))
    }

    @Test(
        "an explanation names scope and line",
        arguments: [
            (
                ExplainPolicy(subject: .init(user: 1, name: "anna"), field: "tokens.per_query"), "500",
                "user anna, line 13"
            ),
            (ExplainPolicy(subject: .init(vm: box), field: "network.mode"), "\"isolated\"", "vm box, line 16"),
            (ExplainPolicy(subject: .init(), field: "tokens"), "1000", "host, line 3"),
        ])
    func explanations(question: ExplainPolicy, value: String, source: String) throws {
        let answer = try PolicyExplainer(Self.document, Self.policy(question.subject)).explain(question)
        #expect(answer.entries.map(\.value) == [value])
        #expect(answer.entries.first?.decidedBy.map(\.description) == [source])
    }

    @Test("what is asked of a tool or model is answered in a sentence")
    func answers() throws {
        let subject = PolicySubject(user: 1002, vm: Self.other, project: "lab")
        let explainer = PolicyExplainer(Self.document, Self.policy(subject))
        let shell = try explainer.explain(ExplainPolicy(subject: subject, tool: "shell"))
        #expect(shell.allowed == false)
        #expect(shell.answer == "shell may not be used: host, line 4 denies the tool shell")
        #expect(try explainer.explain(ExplainPolicy(subject: subject, model: "small")).allowed == true)
        #expect(try explainer.explain(ExplainPolicy(subject: subject, field: "audit")).entries.isEmpty)
        for question in [
            ExplainPolicy(subject: subject, tool: "shel"), ExplainPolicy(subject: subject, model: "No Model"),
            ExplainPolicy(subject: subject, field: "tolls"),
        ] {
            #expect(throws: Failure.self) { try explainer.explain(question) }
        }
    }

    @Test("a configuration that asks for more is refused, one that had it is not")
    func configurations() throws {
        let policy = Self.policy(PolicySubject(user: 1, name: "anna", vm: Self.other))
        let former = AIUConfig.default
        func refusal(_ change: (inout AIUConfig) -> Void) -> Failure? {
            var next = former
            change(&next)
            do throws(Failure) {
                try policy.check(next, after: former)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.networkPolicy = .open }?.message.contains("allows allowlist at most") == true)
        #expect(refusal { $0.networkPolicy = .local } == nil)
        #expect(refusal { $0.tokenLimits.maxPerQuery = 5000 }?.message.contains("host, allows 1000 at most") == true)
        #expect(refusal { $0.tokenLimits.maxPerQuery = 600 }?.message.contains("user anna") == true)
        #expect(refusal { $0.tokenLimits.maxPerQuery = 500 } == nil)
        let within = DomainPattern(parsing: "a.example.org").map { [$0] } ?? []
        let outside = DomainPattern(parsing: "example.com").map { [$0] } ?? []
        #expect(refusal { $0.networkOptions.whitelistDomains = within } == nil)
        #expect(refusal { $0.networkOptions.whitelistDomains = outside }?.reason == .denied)
    }

    @Test("quotas count what is more, in each scope")
    func quotas() {
        let policy = Self.policy(PolicySubject(user: 1, name: "anna"))
        func vm(_ name: String, owner: UInt32?, _ phase: VMPhase = .running) -> VMRecord? {
            guard let name = VMName(name) else { return nil }
            return VMRecord(
                id: VMID.random(), name: name, ephemeral: false, flavour: "micro", image: "i",
                resources: VMResources(processors: 1, memory: .gibibytes(1), storage: .gibibytes(4)),
                configuration: "", configurationDigest: "", phase: phase, contextID: 3, created: 0, owner: owner)
        }
        func refusal(_ after: [VMRecord?], _ before: [VMRecord?]) -> String? {
            do throws(Failure) {
                try policy.check(
                    after.compactMap(\.self), before: before.compactMap(\.self), owner: 1)
                return nil
            } catch {
                return error.reason == .exhausted ? error.message : "\(error.reason)"
            }
        }
        let own = vm("own", owner: 1)
        let foreign = vm("foreign", owner: 2)
        #expect(refusal([own, foreign], [foreign]) == nil)
        #expect(refusal([own, vm("second", owner: 1)], [own])?.contains("user anna may have 1 VMs") == true)
        #expect(refusal([own, foreign, vm("c", owner: 3)], [own, foreign])?.contains("host may have 2GB") == true)
        #expect(refusal([own, foreign, vm("c", owner: 3, .stopped)], [own, foreign])?.contains("10GB") == true)
        // Too much already: less is always possible.
        let four = [own, foreign, vm("c", owner: 3), vm("d", owner: 4)]
        #expect(refusal(Array(four.dropLast()), four) == nil)
    }

    @Test("changes tell what is otherwise, comments aside")
    func changes() {
        let next = Self.document(#"{"//": "new", "tools": {"deny": ["shell", "csv"]}}"#)
        let former = Self.document(#"{"tools": {"deny": ["shell"]}, "users": {"anna": {"tokens": {"per_query": 1}}}}"#)
        #expect(
            former.changes(to: next) == [
                PolicyChange(field: "tools.deny", before: #"["shell"]"#, after: #"["shell","csv"]"#),
                PolicyChange(field: "users.anna.tokens.per_query", before: "1", after: nil),
            ])
        let subject = PolicySubject(user: 1, name: "anna")
        let changes = EffectivePolicy(former, subject).inForce(version: 1)
            .changes(to: EffectivePolicy(next, subject).inForce(version: 2))
        #expect(changes.map(\.field) == ["tools.deny", "tokens.per_query"])
    }
}
