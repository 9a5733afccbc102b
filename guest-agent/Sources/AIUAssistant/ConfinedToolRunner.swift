internal import AIUJSON
package import AIURouter
internal import AIUSystem
package import AIUWire

/// Has tools run by the agent: as the unprivileged user, in a control group of their own.
package struct ConfinedToolRunner: ToolRunner {
    /// How much longer than the tool's own limit its end is waited for.
    private static let grace: Duration = .seconds(10)
    private static let longestComplaint = 4096

    private let places: AssistantPlaces

    package init(_ places: AssistantPlaces) { self.places = places }

    package func run(
        _ invocation: ToolInvocation, limits: ToolContract.Limits
    ) throws(AssistantError) -> ToolReply {
        let socket: FrameSocket
        do throws(SystemError) {
            socket = FrameSocket(try UnixSocket.connect(places.toolDoor), purpose: "run \(invocation.tool)")
        } catch {
            throw .broken("tools cannot be run: \(error)")
        }
        try socket.send(.request, encoding: OperationRequest.execute(request(for: invocation, limits)))
        try send(invocation, over: socket)
        return try collect(invocation.tool, limits, from: socket)
    }

    private func request(for invocation: ToolInvocation, _ limits: ToolContract.Limits) -> ExecuteRequest {
        ExecuteRequest(
            command: [places.toolProgram, invocation.tool], directory: places.workspace, user: places.toolUser,
            input: true, timeoutMilliseconds: limits.seconds * 1000,
            outputLimit: ToolReply.longest + Self.longestComplaint, memoryLimit: limits.megabytes << 20)
    }

    private func send(_ invocation: ToolInvocation, over socket: FrameSocket) throws(AssistantError) {
        let text: [UInt8]
        do throws(JSONError) {
            text = try JSONText.encode(invocation)
        } catch {
            throw .broken("\(error)")
        }
        guard text.count <= ToolInvocation.longest else {
            throw .refused(
                .invalid, "the arguments of \(invocation.tool) are longer than \(ToolInvocation.longest) bytes")
        }
        var start = 0
        while start < text.count {
            let end = min(text.count, start + WireProtocol.longestPayload)
            try socket.send(Frame(.standardInput, Array(text[start..<end])))
            start = end
        }
        try socket.send(Frame(.standardInputEnd))
    }

    private func collect(
        _ tool: String, _ limits: ToolContract.Limits, from socket: FrameSocket
    ) throws(AssistantError) -> ToolReply {
        var output: [UInt8] = []
        var complaint: [UInt8] = []
        while let frame = try socket.next(within: .seconds(limits.seconds) + Self.grace) {
            switch frame.kind {
            case .started: continue
            case .standardOutput: output += frame.payload
            case .standardError: complaint = Array((complaint + frame.payload).suffix(Self.longestComplaint))
            case .failed: throw try refusal(frame)
            case .exited: return try reply(tool, limits, frame, output, complaint)
            case _: throw .connection("run \(tool)", "\(WireError.unexpected(frame.kind))")
            }
        }
        throw .broken("the tool \(tool) neither answered nor ended")
    }

    private func refusal(_ frame: Frame) throws(AssistantError) -> AssistantError {
        // That it was refused is known even when the reason cannot be read.
        guard let failure = try? frame.message(as: OperationFailure.self) else { return .broken("a tool was refused") }
        return .refused(failure.reason, failure.message)
    }

    private func reply(
        _ tool: String, _ limits: ToolContract.Limits, _ frame: Frame, _ output: [UInt8], _ complaint: [UInt8]
    ) throws(AssistantError) -> ToolReply {
        // Without it nothing can be said of the tool; why it cannot be read makes no difference.
        guard let report = try? frame.message(as: ExitReport.self) else { throw .broken("a tool's end is not known") }
        if report.timedOut {
            return failed(
                .init(.timedOut, "\(tool) took longer than \(limits.seconds) s and was stopped"),
                .init("call.timed_out", ["tool": tool, "seconds": "\(limits.seconds)"]))
        }
        if report.signal == 9 {
            return failed(
                .init(.tooLarge, "\(tool) needed more than the \(limits.megabytes) MB of memory that it may have"),
                .init("call.too_large", ["tool": tool, "megabytes": "\(limits.megabytes)"]))
        }
        do throws(JSONError) {
            return try JSONText.decode(ToolReply.self, from: output)
        } catch {
            let words = String(decoding: complaint, as: UTF8.self).split(separator: "\n").last ?? "it said nothing"
            return ToolReply(.init(.failed, "\(tool) ended without an answer: \(words)"))
        }
    }

    private func failed(_ failure: ToolReply.Failure, _ phrase: ToolReply.Phrase) -> ToolReply {
        var reply = ToolReply(failure)
        reply.phrase = phrase
        return reply
    }
}
