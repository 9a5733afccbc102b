import AIUClient
import AIUJSON
import AIUSystem
import AIUWire
import Glibc
import Testing

@Suite("A running command")
struct CommandSessionTests {
    /// Plays an agent that has said everything already, and gives what was written where.
    private func run(
        _ frames: [Frame]
    ) throws -> (report: Result<ExitReport, ClientError>, output: String, error: String, sent: [Frame]) {
        let (near, far) = try UnixSocket.pair().take()
        let agent = FileDescriptor(owning: far)
        for frame in frames { try agent.writeAll(frame.encoded) }
        return try withScratchFolder { folder in
            let output = try FileDescriptor.open("\(folder)/out", O_RDWR | O_CREAT)
            let error = try FileDescriptor.open("\(folder)/err", O_RDWR | O_CREAT)
            var session = CommandSession(
                try Self.stream(near), input: nil, output: output.raw,
                error: error.raw, purpose: "testing")
            let report = Result { () throws(ClientError) in try session.run() }
            try agent.setNonBlocking()
            var decoder = FrameDecoder()
            decoder.feed((try? agent.read(upTo: 1 << 20)) ?? [])  // nothing sent is nothing to read
            var sent: [Frame] = []
            while let frame = try decoder.next() { sent.append(frame) }
            let written = try Files.read("\(folder)/out")
            let complained = try Files.read("\(folder)/err")
            return (
                report, String(decoding: written, as: UTF8.self), String(decoding: complained, as: UTF8.self), sent
            )
        }
    }

    private static func stream(_ raw: Int32) throws -> OperationStream {
        let socket = FileDescriptor(owning: raw)
        try socket.setNonBlocking()
        return OperationStream(socket: socket)
    }

    private func exited(_ report: ExitReport) throws -> Frame { Frame(.exited, try JSONText.encode(report)) }

    @Test("writes both of its streams and gives its status")
    func streams() throws {
        let result = try run([
            Frame(.started), Frame(.standardOutput, Array("out".utf8)), Frame(.standardError, Array("err".utf8)),
            Frame(.standardOutput, Array("put".utf8)), try exited(ExitReport(status: 3)),
        ])
        #expect(try result.report.get() == ExitReport(status: 3))
        #expect(result.output == "output")
        #expect(result.error == "err")
        #expect(result.sent.isEmpty)
    }

    @Test("that could not start gives the agent's reason")
    func refused() throws {
        let failure = OperationFailure(.notFound, "no program 'x'")
        let result = try run([Frame(.failed, try JSONText.encode(failure))])
        #expect(throws: ClientError.refusedInVM(failure)) { try result.report.get() }
    }

    private static let broken: [[Frame]] = [
        [Frame(.hello)], [Frame(.standardInput)], [Frame(.exited, Array("{".utf8))], [Frame(.failed, [])],
        [Frame(.started), Frame(.done)],
    ]

    @Test("whose agent says nonsense ends with an error", arguments: broken)
    func nonsense(_ frames: [Frame]) throws {
        let result = try run(frames)
        #expect(throws: ClientError.self) { try result.report.get() }
    }

    @Test("whose reader has gone ends")
    func outputClosed() throws {
        signal(SIGPIPE, SIG_IGN)
        let (near, far) = try UnixSocket.pair().take()
        let agent = FileDescriptor(owning: far)
        let socket = FileDescriptor(owning: near)
        try socket.setNonBlocking()
        try agent.writeAll(Frame(.standardOutput, [65]).encoded)
        let (output, reader) = try UnixSocket.pair().take()
        _ = FileDescriptor(owning: reader)
        let pipe = FileDescriptor(owning: output)
        var session = CommandSession(OperationStream(socket: socket), input: nil, output: pipe.raw, purpose: "testing")
        #expect(throws: ClientError.outputClosed) { try session.run() }
        _ = consume agent
    }

    @Test("whose connection breaks ends with an error")
    func cutOff() throws {
        let (near, far) = try UnixSocket.pair().take()
        do { _ = FileDescriptor(owning: far) }
        let socket = FileDescriptor(owning: near)
        try socket.setNonBlocking()
        var session = CommandSession(OperationStream(socket: socket), input: nil, purpose: "testing")
        #expect(throws: ClientError.self) { try session.run() }
    }

    @Test("gets its input to the end, byte by byte the same")
    func input() throws {
        let (near, far) = try UnixSocket.pair().take()
        try withScratchFolder { folder in
            let text = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try Files.replace("\(folder)/in", with: text)
            let source = try FileDescriptor.open("\(folder)/in", O_RDONLY)
            // The answer comes only after the end of the input, so somebody else has to give it.
            let agent = Thread { () -> [UInt8] in
                let agent = FileDescriptor(owning: far)
                var decoder = FrameDecoder()
                var received: [UInt8] = []
                while true {
                    guard let bytes = try? agent.read(upTo: 65_536), !bytes.isEmpty else { return received }
                    decoder.feed(bytes)
                    while let frame = try? decoder.next() {
                        if frame.kind == .standardInput { received += frame.payload }
                        guard frame.kind == .standardInputEnd else { continue }
                        let end = (try? JSONText.encode(ExitReport(status: 0))) ?? []
                        _ = try? agent.writeAll(Frame(.exited, end).encoded)
                        return received
                    }
                }
            }
            var session = CommandSession(try Self.stream(near), input: source.raw, purpose: "testing")
            #expect(try session.run() == ExitReport(status: 0))
            #expect(agent.join() == text)
        }
    }
}
