import AIUJSON
import AIUMeter
import AIUModel
import AIUWire
import Glibc
import Synchronization
import Testing

/// What is kept of an answer, and in whose session it counts.
@Suite(.timeLimit(.minutes(1)))
struct MeterRecordTests {
    @Test("what was let through is recorded, however it ended, before the client has the last word")
    func recorded() async throws {
        func heard(_ world: MeterWorld) async throws -> (text: String, failure: Failure?) {
            _ = try await world.settled()
            for _ in 0..<200 where world.recorder.heard.withLock({ $0.isEmpty }) {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(world.recorder.heard.withLock { $0.count } == 1)
            return try #require(world.recorder.heard.withLock { $0.first })
        }
        let whole = try MeterWorld(granting: 100)
        _ = try await whole.stream([MeterTests.text("It is 42."), MeterTests.answer("something else")])
        #expect(whole.recorder.heard.withLock { $0.map(\.text) } == ["It is 42."])
        #expect(try await heard(whole).failure == nil)
        let cut = try MeterWorld(granting: 2)
        _ = try await cut.stream([MeterTests.text("12345678, and more"), MeterTests.answer("")])
        #expect(try await heard(cut).text == "12345678")
        let gone = try MeterWorld(granting: 100)
        _ = try await gone.stream([MeterTests.text("12345678"), MeterTests.text("abc")])
        #expect(try await heard(gone).text == "12345678")
        #expect(try await heard(gone).failure?.reason == .unavailable)
        let left = try MeterWorld(granting: 100)
        let (guest, client) = try await left.begin()
        try guest.writeAll(MeterTests.text("12345678").encoded)
        _ = await Thread.run { try? client.read(upTo: 4096) }
        shutdown(client.raw, Int32(SHUT_RDWR))
        #expect(try await heard(left).text == "12345678")
        #expect(try await heard(left).failure?.message.contains("had left") == true)
        let tool = try MeterWorld(granting: 100)
        let report = ToolCallReport(
            tool: "csv", arguments: .emptyObject, status: .succeeded, text: "a table", milliseconds: 1)
        _ = try await tool.stream(
            [try Frame(.event, encoding: AssistEvent.toolAnswer(report))], request: MeterWorld.tool)
        #expect(try await heard(tool).text == "a table")
    }

    @Test("an answer that cannot be recorded does not come to its end", arguments: [true, false])
    func unrecorded(isStreamed: Bool) async throws {
        let world = try MeterWorld(
            granting: 100, unrecorded: Failure(.noSpace, "the answer is withheld, because it cannot be recorded"))
        let (text, answer, failure) = try MeterTests.said(
            try await world.stream(
                (isStreamed ? [MeterTests.text("It is 42.")] : []) + [MeterTests.answer("It is 42.")]))
        #expect(answer == nil && text == (isStreamed ? "It is 42." : ""))
        #expect(failure?.reason == .noSpace && failure?.message.contains("withheld") == true)
        // What was let through is charged all the same.
        #expect(try await world.settled().delivered == 3)
    }

    @Test("whatever a client calls its conversation, and a tool, counts in the one session of the person in the VM")
    func session() async throws {
        let world = try MeterWorld(granting: 10, tokens: TokenRules(perSession: 50))
        let name = try #require(VMName("web"))
        var requests = [AssistRequest.tool(ToolRequest(tool: "csv", arguments: .emptyObject))]
        for conversation in [nil, "a", "b", "c"] as [String?] {
            requests.append(.prompt(PromptRequest(text: "twelve bytes", conversation: conversation)))
        }
        for request in requests {
            let admitted = try await world.admit(request, in: name, for: PolicySubject(user: 1000, name: "anna"))
            await admitted?.abandon()
        }
        _ = try await world.admit(requests[0], in: name, for: PolicySubject(user: 1001, name: "bert"))?.abandon()
        let seen = world.ledger.state.withLock { $0.requests }
        #expect(seen.prefix(5).allSatisfy { $0.budgets.map(\.budget.tokens) == [50] })
        #expect(Set(seen.prefix(5).map { $0.budgets[0].account }).count == 1)
        #expect(seen.last?.budgets[0].account != seen.first?.budgets[0].account)
        #expect(seen.map(\.subject.session) == [nil, nil, "a", "b", "c", nil])
    }
}
