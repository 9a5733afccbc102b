import AIUAPI
import AIUJSON
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

struct OperationTests {
    private static let upgrade = ["Connection: Upgrade", "Upgrade: aiu-operation"]
    private static let command = OperationRequest.execute(ExecuteRequest(command: ["cat"], input: true))

    private func firstFrame(_ request: OperationRequest) throws -> [UInt8] {
        Frame(.request, try JSONText.encode(request)).encoded
    }

    private func open(_ api: Fixture) async throws -> Client {
        let client = try api.client()
        let answer = try await client.request("GET", "/v1/vms/vm-0000/operations", headers: Self.upgrade)
        #expect(answer.status == 101)
        #expect(answer.headers["upgrade"] == "aiu-operation")
        #expect(answer.headers["aiu-api-version"] == "1")
        return client
    }

    /// The frames up to the end of the stream.
    private func frames(_ client: Client) async throws -> [Frame] {
        var decoder = FrameDecoder()
        var frames: [Frame] = []
        while true {
            let bytes = try await client.receive()
            if bytes.isEmpty { return frames }
            decoder.feed(bytes)
            while let frame = try decoder.next() { frames.append(frame) }
        }
    }

    @Test("an upgraded connection passes bytes on both ways, half-closed or not")
    func relay() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            await api.control.set { _, socket in
                while let bytes = try socket.read(upTo: 65536), !bytes.isEmpty { try socket.writeAll(bytes) }
                try socket.writeAll(Array("end".utf8))
            }
            let client = try await open(api)
            // Cut in the middle of the frame, with more behind it.
            let frame = try firstFrame(Self.command)
            try await client.send(Array(frame[..<3]))
            try await Task.sleep(for: .milliseconds(20))
            try await client.send(Array(frame[3...]) + Array("first".utf8))
            #expect(try await client.receive(until: "first") == "first")
            #expect(await api.control.operations == [Self.command])
            let bulk = [UInt8](repeating: 7, count: 3_000_000)
            async let sent: Void = client.send(bulk)
            var received = 0
            while received < bulk.count { received += try await client.receive().count }
            try await sent
            #expect(received == bulk.count)
            // The client says that it sends no more; the agent's last words still come.
            shutdown(client.socket.raw, Int32(SHUT_WR))
            #expect(try await client.receive(until: "never") == "end")
        }
    }

    @Test("the request may come with the upgrade, before its answer")
    func eager() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            await api.control.set { _, socket in try socket.writeAll(Array("hello".utf8)) }
            let client = try api.client()
            let head =
                "GET /v1/vms/vm-0000/operations HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: aiu-operation\r\n\r\n"
            try await client.send(Array(head.utf8) + (try firstFrame(Self.command)))
            let all = try await client.receive(until: "never")
            #expect(all.hasPrefix("HTTP/1.1 101"))
            #expect(all.hasSuffix("\r\n\r\nhello"))
        }
    }

    @Test("a refusal comes as one frame", arguments: [true, false])
    func refused(hasAgent: Bool) async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            if hasAgent { await api.control.set { _, _ in } }
            let client = try await open(api)
            let first = hasAgent ? Frame(.request, Array("{".utf8)).encoded : try firstFrame(Self.command)
            try await client.send(first)
            let frames = try await frames(client)
            #expect(frames.map(\.kind) == [.failed])
            let failure = try JSONText.decode(OperationFailure.self, from: frames[0].payload)
            #expect(failure.reason == (hasAgent ? .invalid : .unavailable))
            #expect(failure.message.contains(hasAgent ? "line 1" : "not running"))
        }
    }

    @Test(
        "a first frame that is hostile is refused",
        arguments: [
            [0xFF, 0xFF, 0xFF, 0xFF, 32], [0, 0, 0, 0, 200], [0, 0, 0, 0, 49], [2, 0, 0, 0, 32, 0x5B, 0x5D],
        ] as [[UInt8]])
    func hostile(bytes: [UInt8]) async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let client = try await open(api)
            try await client.send(bytes)
            #expect(try await frames(client).map(\.kind) == [.failed])
        }
    }

    @Test("a client that asks for nothing is let go in time")
    func silent() async throws {
        var settings = APISettings()
        settings.firstFrame = .seconds(2)
        settings.operations = 1
        try await Fixture.with(vms: 1, settings: settings) { (api: Fixture) async throws in
            let client = try await open(api)
            let crowd = try await api.ask("GET", "/v1/vms/vm-0000/operations", headers: Self.upgrade)
            #expect(crowd.status == 503)
            #expect(try await frames(client).map(\.kind) == [.failed])
            _ = try await open(api)
        }
    }

    @Test("an agent that is silent and never answered is given up with a sentence; one that answered is waited for")
    func silentAgent() async throws {
        var settings = APISettings()
        settings.firstAnswer = .milliseconds(100)
        try await Fixture.with(vms: 1, settings: settings) { (api: Fixture) async throws in
            for answers in [false, true] {
                await api.control.set { _, socket in
                    if answers { try socket.writeAll(Frame(.started).encoded) }
                    var one = pollfd(fd: socket.raw, events: Int16(POLLIN), revents: 0)
                    _ = unsafe poll(&one, 1, answers ? 1000 : 10_000)  // until the host hangs up
                }
                let client = try await open(api)
                try await client.send(try firstFrame(Self.command))
                try await Task.sleep(for: .milliseconds(250))
                try await api.control.silence("vm-0000")
                let frames = try await frames(client)
                #expect(frames.map(\.kind) == [answers ? .started : .failed])
                guard !answers else { return }
                let failure = try JSONText.decode(OperationFailure.self, from: frames[0].payload)
                #expect(failure.reason == .unavailable && failure.message.contains("says nothing"))
            }
        }
    }

    @Test("an operation in an unknown VM is refused before the upgrade")
    func unknownVM() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            #expect(try await api.ask("GET", "/v1/vms/nobody/operations", headers: Self.upgrade).status == 404)
        }
    }

    @Test("an agent that reads nothing holds its client up, in bounded memory")
    func backPressure() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            await api.control.set { _, socket in
                var one = pollfd(fd: socket.raw, events: 0, revents: 0)
                _ = unsafe poll(&one, 1, 10_000)  // until the host hangs up
            }
            let client = try await open(api)
            try await client.send(try firstFrame(Self.command))
            let taken = try await client.sendSome([UInt8](repeating: 1, count: 64 << 20), within: .milliseconds(500))
            // The sockets' buffers and ours, but not what the client wanted to send.
            #expect(taken < 4 << 20)
        }
    }

    @Test("whichever side hangs up, the other is told")
    func hangUps() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let told = Flag()
            await api.control.set { _, socket in
                try socket.writeAll([1])
                while let bytes = try socket.read(upTo: 100), !bytes.isEmpty {}
                told.raise()
            }
            do {
                let client = try await open(api)
                try await client.send(try firstFrame(Self.command))
                _ = try await client.receive()
            }
            #expect(try await api.eventually { told.isUp })
            await api.control.set { _, _ in }
            let client = try await open(api)
            try await client.send(try firstFrame(Self.command))
            #expect(try await client.receive().isEmpty)
        }
    }

    @Test("a client that leaves ends its operation even when nothing flows")
    func blockedHangUp() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let told = Flag()
            await api.control.set { _, socket in
                var one = pollfd(fd: socket.raw, events: 0, revents: 0)
                _ = unsafe poll(&one, 1, 10_000)
                told.raise()
            }
            do {
                let client = try await open(api)
                try await client.send(try firstFrame(Self.command))
                let bytes = [UInt8](repeating: 1, count: 4 << 20)
                #expect(try await client.sendSome(bytes, within: .milliseconds(300)) < bytes.count)
            }
            #expect(try await api.eventually { told.isUp })
        }
    }

    @Test("a command's output and exit come in one answer")
    func execute() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            await api.control.set { request, socket in try playCommand(request, socket) }
            let body = #"{"command":["cat"],"input":"hello","environment":["A=1"],"timeoutMilliseconds":5000}"#
            let answer = try await api.ask("POST", "/v1/vms/vm-0000/exec", body: body)
            #expect(answer.status == 200, "\(answer.text)")
            let result = try JSONText.decode(ExecuteResult.self, from: answer.body)
            #expect(
                result
                    == ExecuteResult(
                        exit: ExitReport(status: 3), stdout: "hello", stderr: "\u{FFFD}", stderrBase64: "/w==",
                        truncated: false))
            // Megabytes of input, a little output.
            let large = Base64.encode([UInt8](repeating: 0x41, count: 700_000))
            let second = try await api.ask(
                "POST", "/v1/vms/vm-0000/exec", body: #"{"command":["cat"],"inputBase64":"\#(large)","outputLimit":5}"#)
            let cut = try JSONText.decode(ExecuteResult.self, from: second.body)
            #expect(cut.stdout == "AAAAA")
            #expect(cut.truncated)
        }
    }

    @Test(
        "an agent that breaks off, misbehaves or refuses is reported",
        arguments: [
            ([], 503, "broke off"), ([0, 0, 0, 0, 200], 503, "unknown"), ([0, 0, 0, 0, 1], 503, "does not belong"),
            (
                Frame(.failed, Array(#"{"reason":"notFound","message":"no program 'x'"}"#.utf8)).encoded, 404,
                "no program"
            ),
        ] as [([UInt8], Int, String)])
    func badAgent(bytes: [UInt8], status: Int, says: String) async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            await api.control.set { _, socket in try socket.writeAll(bytes) }
            let answer = try await api.ask("POST", "/v1/vms/vm-0000/exec", body: #"{"command":["x"]}"#)
            #expect(answer.status == status)
            #expect(answer.message.contains(says), "\(answer.text)")
        }
    }

    @Test("a client that leaves ends its command")
    func abandonedCommand() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let told = Flag()
            await api.control.set { _, socket in
                while let bytes = try socket.read(upTo: 100), !bytes.isEmpty {}
                told.raise()
            }
            do {
                let client = try api.client()
                let body = #"{"command":["sleep","60"]}"#
                try await client.send(
                    "POST /v1/vms/vm-0000/exec HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                )
                #expect(try await api.eventually { await !api.control.operations.isEmpty })
            }
            #expect(try await api.eventually { told.isUp })
        }
    }

    @Test("Base64 both ways", arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
    func base64(text: String) {
        let bytes = Array(text.utf8)
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        #expect(Base64.encode(Array("fooba".utf8)) == "Zm9vYmE=")
        for wrong in ["Zg", "Z===", "Zh==", "Zg==Zg==", "Z g=", "=Zg="] { #expect(Base64.decode(wrong) == nil) }
    }
}

/// Echoes its input to its output, writes a byte to its errors and exits with 3.
private func playCommand(_ request: OperationRequest, _ socket: borrowing FileDescriptor) throws {
    var decoder = FrameDecoder()
    try socket.writeAll(Frame(.started).encoded)
    while let bytes = try socket.read(upTo: 65536), !bytes.isEmpty {
        decoder.feed(bytes)
        while let frame = try decoder.next() {
            if frame.kind == .standardInput { try socket.writeAll(Frame(.standardOutput, frame.payload).encoded) }
            guard frame.kind == .standardInputEnd else { continue }
            try socket.writeAll(Frame(.standardError, [0xFF]).encoded)
            return try socket.writeAll(Frame(.exited, try JSONText.encode(ExitReport(status: 3))).encoded)
        }
    }
}
