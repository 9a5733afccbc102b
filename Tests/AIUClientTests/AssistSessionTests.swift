import AIUClient
import AIUJSON
import AIUSystem
import AIUWire
import Glibc
import Testing

@Suite("A session with the assistant")
struct AssistSessionTests {
    /// A session whose other end has said this already.
    private func with(
        _ frames: [Frame], _ body: (inout AssistSession, borrowing FileDescriptor) throws -> Void
    ) throws {
        let (near, far) = try UnixSocket.pair().take()
        let agent = FileDescriptor(owning: far)
        for frame in frames { try agent.writeAll(frame.encoded) }
        let socket = FileDescriptor(owning: near)
        try socket.setNonBlocking()
        let stream = OperationStream(socket: socket)
        var session = AssistSession(stream, silence: .milliseconds(200), signals: nil, purpose: "testing")
        try body(&session, agent)
    }

    @Test("gives the events in their order, and what the person says back")
    func events() throws {
        let events: [AssistEvent] = [.text("a"), .text("b"), .done]
        try with(try events.map { try Frame(.event, encoding: $0) }) { session, agent in
            for event in events { #expect(try session.next() == event) }
            try session.reply(.confirmed(number: 3, yes: true))
            var decoder = FrameDecoder()
            decoder.feed(try #require(try agent.read(upTo: 4096)))
            let frame = try #require(try decoder.next())
            #expect(frame.kind == .reply)
            #expect(try frame.message(as: AssistReply.self) == .confirmed(number: 3, yes: true))
        }
    }

    private static let broken: [[Frame]] = [
        [Frame(.started)], [Frame(.event, Array("{".utf8))], [Frame(.event, Array(#"{"later":{}}"#.utf8))],
        [Frame(.reply)], [Frame(.done)],
    ]

    @Test("with an agent that says nonsense ends with an error", arguments: broken)
    func nonsense(_ frames: [Frame]) throws {
        try with(frames) { session, _ in
            let error = #expect(throws: ClientError.self) { try session.next() }
            guard case .malformed? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("that is refused, cut off or left in silence says so")
    func ends() throws {
        let failure = OperationFailure(.notFound, "no conversation 'x'")
        try with([try Frame(.failed, encoding: failure)]) { session, _ in
            #expect(throws: ClientError.refusedInVM(failure)) { try session.next() }
        }
        try with([]) { session, _ in
            #expect(throws: ClientError.timedOut(request: "testing", limit: .milliseconds(200))) { try session.next() }
        }
        try with([]) { session, agent in
            shutdown(agent.raw, Int32(SHUT_RDWR))
            #expect(throws: ClientError.self) { try session.next() }
        }
    }

    @Test("for what does not fit one frame is refused with the size")
    func tooLong() throws {
        let long = AssistRequest.prompt(PromptRequest(text: String(repeating: "x", count: 70_000)))
        let error = #expect(throws: ClientError.self) { try OperationStream.frame(for: .assist(long)).kind }
        #expect("\(try #require(error))".hasPrefix("the prompt with its files' names takes 70"))
    }
}
