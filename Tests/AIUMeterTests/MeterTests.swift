import AIUJSON
import AIUMeter
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Synchronization
import Testing

/// The pump between a guest and a client: honest guests first, then every other one.
@Suite(.timeLimit(.minutes(1)))
struct MeterTests {
    static func text(_ text: String) throws -> Frame { try Frame(.event, encoding: AssistEvent.text(text)) }

    static func answer(
        _ text: String, truncated: Bool = false, calls: [ToolCallReport] = [], outcome: PromptAnswer.Outcome = .answered
    ) throws -> Frame {
        try Frame(
            .event,
            encoding: AssistEvent.answer(
                PromptAnswer(
                    outcome: outcome, text: text, language: "en", model: "m", conversation: "c", calls: calls,
                    files: [],
                    promptTokens: 999, answerTokens: 999, milliseconds: 1, truncated: truncated)))
    }

    static func said(_ frames: [Frame]) throws -> (pieces: String, answer: PromptAnswer?, failure: OperationFailure?) {
        var pieces = ""
        var last: PromptAnswer?
        var failure: OperationFailure?
        for frame in frames {
            if frame.kind == .failed {
                failure = try frame.message(as: OperationFailure.self)
                continue
            }
            switch try frame.message(as: AssistEvent.self) {
            case .text(let piece): pieces += piece
            case .answer(let answer): last = answer
            default: continue
            }
        }
        return (pieces, last, failure)
    }

    @Test("an answer within the grant goes through, with the host's numbers", arguments: [1, 2, 3, 5, 7, 100, 1 << 20])
    func honest(size: Int) async throws {
        let world = try MeterWorld(granting: 100)
        let stage = try Frame(
            .event, encoding: AssistEvent.stage(StageReport(stage: .plan, milliseconds: 1, summary: "csv")))
        let pieces = try ["The ", "average", " is 4", "2, ja: ", "äöü", "."].map { try Self.text($0) }
        let whole = "The average is 42, ja: äöü."
        let frames = try await world.stream([stage] + pieces + [try Self.answer(whole)], cutBy: size)
        let (text, answer, failure) = try Self.said(frames)
        #expect(frames.first == stage)
        #expect(text == whole)
        #expect(answer?.text == whole)
        #expect(answer?.promptTokens == 3)
        #expect(answer?.answerTokens == (whole.utf8.count + 3) / 4)
        #expect(answer?.truncated == false)
        #expect(answer?.stopped == nil)
        #expect(failure == nil)
        let settled = try await world.settled()
        #expect(settled.delivered == (whole.utf8.count + 3) / 4)
        #expect(settled.end == .done)
        let request = try #require(world.ledger.state.withLock { $0.requests }.first)
        #expect(request.promptTokens == 3)
        #expect(request.subject.user == 1000)
        #expect(request.policy == 7)
    }

    @Test(
        "what may not be said in the answer is not said in names beside it",
        arguments: ["files", "language", "failure"])
    func beside(_ place: String) async throws {
        let world = try MeterWorld(granting: 4)
        let long = String(repeating: "\u{301}", count: 20_000)
        var answer = PromptAnswer(
            outcome: .answered, text: "Yes.", language: "en", model: "m", conversation: "c", calls: [], files: [],
            promptTokens: 1, answerTokens: 1, milliseconds: 1, truncated: false)
        var last = try Frame(.failed, encoding: OperationFailure(.unavailable, "e" + long))
        switch place {
        case "files": answer.files = (0..<200).map { "/workspace/\($0)-" + String(repeating: "secret", count: 30) }
        case "language": answer.language = "e" + long
        default: break
        }
        if place != "failure" { last = try Frame(.event, encoding: AssistEvent.answer(answer)) }
        let frames = try await world.stream([last])
        #expect(frames.reduce(0) { $0 + $1.payload.count } < 4096)
    }

    @Test("more than was granted is cut at the last token, in one piece or in many", arguments: [1, 3, 4, 50, 4000])
    func cut(size: Int) async throws {
        let world = try MeterWorld(granting: 100)
        let long = String(repeating: "abcdefgh", count: 500)
        let pieces = try stride(from: 0, to: 4000, by: size).map {
            try Self.text(String(long.dropFirst($0).prefix(size)))
        }
        let (text, answer, _) = try Self.said(try await world.stream(pieces + [try Self.answer(long)]))
        #expect(text == String(long.prefix(400)))
        #expect(answer?.text == text)
        #expect(answer?.truncated == true)
        #expect(answer?.stopped == "the budget says so")
        #expect(answer?.answerTokens == 100)
        let settled = try await world.settled()
        #expect(settled.delivered == 100)
        #expect(settled.end == .cut)
        #expect(world.ledger.cell.delivered == 100)
    }

    @Test("nothing gets through after the grant, whoever goes on streaming")
    func endless() async throws {
        var limits = MeterLimits()
        limits.closing = .milliseconds(100)
        let world = try MeterWorld(granting: 10, limits: limits)
        let pieces = try (0..<2000).map { _ in try Self.text(String(repeating: "more ", count: 200)) }
        let (text, answer, _) = try Self.said(try await world.stream(pieces, hangsUp: false))
        #expect(text.utf8.count == 40)
        #expect(answer?.text == text)
        #expect(answer?.stopped != nil)
        #expect(try await world.settled().end == .cut)
    }

    @Test("the last word cannot say what was not let through")
    func lastWord() async throws {
        let world = try MeterWorld(granting: 2)
        let call = ToolCallReport(
            tool: "csv", arguments: .emptyObject, status: .succeeded, text: "the whole table", value: "the whole table",
            milliseconds: 1)
        let frames = try [Self.text("12345678, and more"), Self.answer("something else", calls: [call])]
        let (text, answer, _) = try Self.said(try await world.stream(frames))
        #expect(text == "12345678")
        #expect(answer?.text == "12345678")
        #expect(answer?.conversation == "c")
        #expect(answer?.calls.first?.text == "")
        #expect(answer?.calls.first?.value == nil)
        // Also when it kept to the grant.
        let other = try MeterWorld(granting: 100)
        let (said, last, _) = try Self.said(
            try await other.stream([Self.text("short"), Self.answer("something else")]))
        #expect(said == "short")
        #expect(last?.text == "short")
    }

    @Test("an answer that comes with the last word alone is counted and cut like any other")
    func unstreamed() async throws {
        let world = try MeterWorld(granting: 2)
        let (text, answer, _) = try Self.said(
            try await world.stream([Self.answer("no tool fits this prompt", outcome: .nothingFits)]))
        #expect(text == "")
        #expect(answer?.text == "no tool ")
        #expect(answer?.outcome == .nothingFits)
        #expect(answer?.answerTokens == 2)
        #expect(try await world.settled().delivered == 2)
    }

    @Test("text beside the answer has its bounds")
    func beside() async throws {
        let world = try MeterWorld(granting: 10)
        let stage = try Frame(
            .event,
            encoding: AssistEvent.stage(
                StageReport(stage: .execute, milliseconds: 1, summary: String(repeating: "x", count: 4000))))
        let frames = try await world.stream(Array(repeating: stage, count: 100))
        #expect(frames.count < 6)
        #expect(try Self.said(frames).failure?.message.contains("beside its answer") == true)
        let call = ToolCallReport(
            tool: "csv", arguments: .emptyObject, status: .succeeded, text: "t",
            value: .string(String(repeating: "x", count: 50_000)), milliseconds: 1)
        let other = try MeterWorld(granting: 10)
        let (_, answer, failure) = try Self.said(
            try await other.stream([Self.text("yes"), Self.answer("yes", calls: [call])]))
        #expect(failure == nil)
        #expect(answer?.calls.first?.value == nil)
        #expect(answer?.stopped == nil)
    }

    @Test(
        "what does not belong there ends it",
        arguments: [
            Array("GET / HTTP/1.1\r\n\r\n".utf8), [0xFF, 0xFF, 0xFF, 0x7F, 80], [1, 0, 0, 0, 200, 0],
            Frame(.event, Array("{}".utf8)).encoded, Frame(.standardOutput, [1, 2, 3]).encoded,
            Frame(.event, Array(#"{"done":{}}"#.utf8)).encoded, [],
            Frame(.event, [UInt8](repeating: UInt8(ascii: "["), count: 60_000)).encoded,
        ])
    func nonsense(bytes: [UInt8]) async throws {
        let world = try MeterWorld(granting: 10)
        let frames = try await world.stream(bytes)
        #expect(frames.count == 1)
        #expect(try Self.said(frames).failure?.reason == .unavailable)
        let settled = try await world.settled()
        #expect(settled.delivered == 0)
        #expect(settled.end == .guestGone)
    }

    @Test("a guest that goes away in the middle is charged by what was let through")
    func gone() async throws {
        let world = try MeterWorld(granting: 100)
        let frames = try await world.stream([Self.text("12345678"), Self.text("abc")])
        #expect(try Self.said(frames).pieces == "12345678")
        #expect(try Self.said(frames).failure != nil)
        let settled = try await world.settled()
        #expect(settled.delivered == 2)
        #expect(settled.end == .guestGone)
    }

    @Test("a guest that never finishes is ended")
    func silent() async throws {
        var limits = MeterLimits()
        limits.silence = .milliseconds(100)
        let world = try MeterWorld(granting: 100, limits: limits)
        let frames = try await world.stream([Self.text("12345678")], hangsUp: false)
        #expect(try Self.said(frames).failure?.message.contains("said nothing") == true)
        #expect(try await world.settled().delivered == 2)
    }

    @Test("a client that leaves has cancelled, at once")
    func cancelled() async throws {
        let world = try MeterWorld(granting: 100)
        let (guest, client) = try await world.begin()
        try guest.writeAll(Self.text("12345678").encoded)
        let first = await Thread.run { try? client.read(upTo: 4096) }
        #expect(first?.isEmpty == false)
        shutdown(client.raw, Int32(SHUT_RDWR))
        let settled = try await world.settled()
        #expect(settled.delivered == 2)
        #expect(settled.end == .cancelled)
        // The work in the VM ends with it.
        let rest = await Thread.run { try? guest.read(upTo: 10) }
        #expect(rest == [])
    }

    @Test("a client that reads nothing holds up the guest, and nothing is kept in between")
    func backPressure() async throws {
        let world = try MeterWorld(granting: 1_000_000)
        let (guest, client) = try await world.begin()
        let piece = try Self.text(String(repeating: "word ", count: 2000)).encoded
        var written = 0
        #expect(fcntl(guest.raw, F_SETFL, O_NONBLOCK) == 0)
        for _ in 0..<300 {
            let count = unsafe piece.withUnsafeBytes {
                unsafe send(guest.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 { try await Task.sleep(for: .milliseconds(2)) }
            if count > 0, count < piece.count { break }
            written += max(count, 0)
        }
        #expect(written < 2 << 20)
        shutdown(client.raw, Int32(SHUT_RDWR))
        #expect(try await world.settled().end == .cancelled)
    }

    @Test("answers to questions reach the guest")
    func replies() async throws {
        let world = try MeterWorld(granting: 100)
        let (guest, client) = try await world.begin()
        let reply = try Frame(.reply, encoding: AssistReply.confirmed(number: 1, yes: true)).encoded
        try client.writeAll(reply)
        let heard = await Thread.run { try? guest.read(upTo: 4096) }
        #expect(heard == reply)
        try guest.writeAll(Self.answer("done").encoded)
        let frames = try await Thread.run { MeterWorld.frames(client) }.get()
        #expect(try Self.said(frames).answer?.text == "done")
    }

    @Test("a ledger that cannot be written lets nothing more through")
    func unwritable() async throws {
        let world = try MeterWorld(granting: 1000, failsToLease: true)
        let frames = try await world.stream(
            [Self.text(String(repeating: "x", count: 252))] + (0..<20).map { _ in try Self.text("abcd") })
        let (text, _, failure) = try Self.said(frames)
        #expect(text.utf8.count <= 256)
        #expect(failure?.message.contains("ledger") == true)
    }

    @Test("leases are taken as the answer goes on")
    func leases() async throws {
        let world = try MeterWorld(granting: 1000)
        let long = String(repeating: "abcd", count: 500)
        let (text, _, _) = try Self.said(try await world.stream([Self.text(long), Self.answer(long)]))
        #expect(text == long)
        #expect(world.ledger.state.withLock { $0.leases } == 7)
    }

    @Test("a tool's text is counted, and its value goes with what is cut")
    func tools() async throws {
        let report = ToolCallReport(
            tool: "csv", arguments: .emptyObject, status: .succeeded, text: "a table of many words", value: "all of it",
            milliseconds: 1)
        let frame = try Frame(.event, encoding: AssistEvent.toolAnswer(report))
        for (tokens, expected) in [(2, "a table "), (100, report.text)] {
            let world = try MeterWorld(granting: tokens)
            let frames = try await world.stream([frame], request: MeterWorld.tool)
            guard case .toolAnswer(let heard)? = try frames.first?.message(as: AssistEvent.self) else {
                Issue.record("no answer")
                continue
            }
            #expect(heard.text == expected)
            #expect((heard.value == nil) == (tokens == 2))
            #expect((heard.stopped != nil) == (tokens == 2))
            let request = try #require(world.ledger.state.withLock { $0.requests }.first)
            #expect(request.tool == .csv)
        }
    }

    @Test("a plan lowers the limit to what its tools may say")
    func perTool() async throws {
        let world = try MeterWorld(granting: 100, tokens: TokenRules(perTool: [.shell: 3]))
        let plan = try Frame(
            .event,
            encoding: AssistEvent.stage(
                StageReport(stage: .plan, milliseconds: 1, summary: "shell", detail: [["tool": "shell"]])))
        let (text, answer, _) = try Self.said(
            try await world.stream([plan, Self.text("twelve bytes and more"), Self.answer("")]))
        #expect(text == "twelve bytes")
        #expect(answer?.stopped?.contains("shell") == true)
        #expect(try await world.settled().delivered == 3)
    }

    @Test("what cannot be granted is refused before the VM is asked")
    func refused() async throws {
        let world = try MeterWorld(granting: 0)
        let name = try #require(VMName("web"))
        let refusal = await #expect(throws: Failure.self) {
            _ = try await world.admit(MeterWorld.prompt, in: name, for: PolicySubject(user: 1))
        }
        #expect(refusal?.reason == .exhausted)
        let long = AssistRequest.prompt(PromptRequest(text: String(repeating: "word", count: 101)))
        let other = try MeterWorld(granting: 10)
        let tooLong = await #expect(throws: Failure.self) {
            _ = try await other.admit(long, in: name, for: PolicySubject(user: 1))
        }
        #expect(tooLong?.reason == .invalid)
        #expect(try await other.admit(.tools(), in: name, for: PolicySubject(user: 1)) == nil)
    }

    @Test("a prompt that never reached the VM costs nothing")
    func abandoned() async throws {
        let world = try MeterWorld(granting: 10)
        let name = try #require(VMName("web"))
        let admitted = try #require(try await world.admit(MeterWorld.prompt, in: name, for: PolicySubject()))
        await admitted.abandon()
        #expect(try await world.settled().end == .unsent)
    }
}
