import AIUJSON
import AIUModel
import Testing

@Suite("The section `tokens` of a policy")
struct TokenRulesTests {
    private func read(_ text: String) throws -> TokenRules { try TokenRules(JSONNode(parsing: Array(text.utf8))) }

    @Test("everything that can be said is read, and written as it was")
    func everything() throws {
        let text = """
            {"per_query":4096,"per_response":1024,"per_session":100000,"per_tool":{"shell":100},"budgets":[\
            {"name":"day","tokens":500,"window":"day","rollover":{"capped":100},"warn_at":[0.8,0.95],"each":"user"},\
            {"name":"pool","tokens":9,"window":"never","refill":{"tokens":3,"every":"hour"}}]}
            """
        let rules = try read(text)
        #expect(rules.perTool == [.shell: 100] && rules.budgets.count == 2)
        #expect(rules.budgets[0].rollover == .capped(100) && rules.budgets[0].warnAt == [800, 950])
        #expect(rules.json.text() == text)
        #expect(try read(#"{"//": "nothing"}"#) == TokenRules())
    }

    @Test(
        "what is wrong is refused with its place",
        arguments: [
            // Below zero, no number, or more than anybody has.
            (#"{"per_query":-1}"#, "`per_query`"), (#"{"per_response":"x"}"#, "`per_response`"),
            (#"{"per_session":1.5}"#, "`per_session`"), (#"{"per_session":1e15}"#, "`per_session`"),
            // Longer than the query that holds it.
            (#"{"per_query":10,"per_response":11}"#, "more than the 10 of per_query"),
            (#"{"per_tool":{"shel":1}}"#, "did you mean `shell`"), (#"{"per_tool":{"shell":-1}}"#, "`per_tool.shell`"),
            (#"{"budget":[]}"#, "did you mean `budgets`"),
            (#"{"budgets":[{"name":"a","window":"day"}]}"#, "`tokens` is missing"),
            (#"{"budgets":[{"name":"A b","tokens":1,"window":"day"}]}"#, "`budgets[0].name`"),
            (#"{"budgets":[{"name":"a","tokens":-1,"window":"day"}]}"#, "`budgets[0].tokens`"),
            (#"{"budgets":[{"name":"a","tokens":1,"window":"dya"}]}"#, "did you mean `day`"),
            (#"{"budgets":[{"name":"a","tokens":1,"window":"day","warn_at":[1.5]}]}"#, "`budgets[0].warn_at[0]`"),
            (#"{"budgets":[{"name":"a","tokens":1,"window":"day","warn_at":[0]}]}"#, "0.001 to 1"),
            (#"{"budgets":[{"name":"a","tokens":1,"window":"day","each":"vms"}]}"#, "`budgets[0].each`"),
            (#"{"budgets":[{"name":"a","tokens":1,"window":"day","rollover":"all"}]}"#, "capped"),
            // They contradict each other.
            (#"{"budgets":[{"name":"a","tokens":1,"window":"never","rollover":"carry"}]}"#, "has no sense"),
            (
                #"{"budgets":[{"name":"a","tokens":1,"window":"day","refill":{"tokens":1,"every":"hour"}}]}"#,
                "has no sense"
            ),
            (
                #"{"budgets":[{"name":"a","tokens":1,"window":"day"},{"name":"a","tokens":2,"window":"hour"}]}"#,
                "earlier budget"
            ),
        ])
    func wrong(text: String, words: String) throws {
        let problem = #expect(throws: PolicyProblem.self) { try read(text) }
        #expect(problem.map { "\($0)" }?.contains(words) == true, "\(problem.map { "\($0)" } ?? "none")")
    }

    @Test(
        "a user's own budget is measured by what each user has, and a project's by what all share",
        arguments: [
            (#"{"tokens":B1,"users":{"anna":{"tokens":B2}}}"#, "`users.anna.tokens.budgets[0].tokens`" as String?),
            (#"{"tokens":B2,"users":{"anna":{"tokens":B1}}}"#, nil),
            // Many users have more together than one of them.
            (#"{"tokens":B1,"projects":{"x":{"tokens":B2}}}"#, nil),
            (#"{"tokens":B1,"vms":{"x":{"tokens":B2}}}"#, nil),
        ])
    func scopes(text: String, words: String?) {
        let small = #"{"budgets":[{"name":"a","tokens":5,"window":"day","each":"user","rollover":{"capped":5}}]}"#
        let large = #"{"budgets":[{"name":"b","tokens":11,"window":"day"}]}"#
        let document = text.replacing("B1", with: small).replacing("B2", with: large)
        do {
            _ = try PolicyDocument(parsing: Array(document.utf8))
            #expect(words == nil)
        } catch {
            #expect("\(error)".contains(words ?? "no refusal"), "\(error)")
        }
    }

    @Test(
        "a narrower scope may only tighten",
        arguments: [
            (#"{"per_query":10}"#, #"{"per_query":11}"#, "`per_query`" as String?),
            (#"{"per_query":10}"#, #"{"per_query":9}"#, nil),
            (#"{"per_tool":{"shell":1}}"#, #"{"per_tool":{"shell":2}}"#, "shell"),
            (
                #"{"budgets":[{"name":"a","tokens":5,"window":"day"}]}"#,
                #"{"budgets":[{"name":"b","tokens":6,"window":"day"}]}"#, "`budgets[0].tokens`"
            ),
            // In another time, or for each of many, both mean something.
            (
                #"{"budgets":[{"name":"a","tokens":5,"window":"day"}]}"#,
                #"{"budgets":[{"name":"b","tokens":6,"window":"month"}]}"#, nil
            ),
            (
                #"{"budgets":[{"name":"a","tokens":5,"window":"day","each":"vm"}]}"#,
                #"{"budgets":[{"name":"b","tokens":6,"window":"day"}]}"#, nil
            ),
        ])
    func narrower(outer: String, inner: String, words: String?) throws {
        let (outer, inner) = (try read(outer), try read(inner))
        do throws(PolicyProblem) {
            try inner.check(within: outer)
            #expect(words == nil)
        } catch {
            #expect("\(error)".contains(words ?? "no refusal"), "\(error)")
        }
        let both = outer.tightened(by: inner)
        #expect(both.budgets.count == outer.budgets.count + inner.budgets.count)
        #expect((both.perQuery ?? 0) <= (outer.perQuery ?? 0))
    }
}
