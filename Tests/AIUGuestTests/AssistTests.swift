import AIUGuest
import AIUJSON
import AIUSystem
import AIUWire
import Glibc
import Testing

/// Stands for the assistant's program: a script that speaks frames over descriptor 3.
private func withAssistant(_ body: String, _ test: (Rig) throws -> Void) throws {
    let path = "/tmp/aiu-assistant-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let script = """
        #!/usr/bin/python3
        import json, os, struct, sys, time
        def read(count):
            data = b""
            while len(data) < count:
                piece = os.read(3, count - len(data))
                if not piece: sys.exit(9)
                data += piece
            return data
        def receive():
            length, kind = struct.unpack("<IB", read(5))
            return kind, read(length)
        def send(kind, value):
            payload = value if isinstance(value, bytes) else json.dumps(value).encode()
            os.write(3, struct.pack("<IB", len(payload), kind) + payload)
        kind, request = receive()
        assert kind == 32
        \(body)
        """
    try Files.replace(path, with: Array(script.utf8), mode: 0o755)
    defer { unsafe unlink(path) }
    try test(
        Rig { settings in
            settings.assistant = path
            settings.assistantUser = nil
        })
}

private let prompt = OperationRequest.assist(.prompt(PromptRequest(text: "hello")))

@Suite("Requests to the assistant")
struct AssistTests {
    @Test("events reach the host, in their order, and the end follows the last")
    func events() throws {
        try withAssistant("send(80, {'text': {'_0': 'a'}}); send(80, {'text': {'_0': 'b'}}); send(80, {'done': {}})") {
            let client = try $0.connect()
            try client.request(prompt)
            var events: [AssistEvent] = []
            while let frame = try client.next() { events.append(try frame.message(as: AssistEvent.self)) }
            #expect(events == [.text("a"), .text("b"), .done])
        }
    }

    @Test("an answer of the person reaches the assistant")
    func reply() throws {
        try withAssistant("kind, reply = receive(); assert kind == 81; send(80, {'text': {'_0': reply.decode()}})") {
            let client = try $0.connect()
            try client.request(prompt)
            try client.send(try Frame(.reply, encoding: AssistReply.confirmed(number: 1, yes: true)))
            let frame = try #require(try client.next())
            guard case .text(let text) = try frame.message(as: AssistEvent.self) else {
                Issue.record("no text came")
                return
            }
            #expect(text.contains("true"))
        }
    }

    @Test(
        "an assistant that goes wrong is a failure with a reason",
        arguments: [
            ("sys.exit(3)", "status 3"), ("os.kill(os.getpid(), 9)", "signal 9"), ("send(51, b'x')", "standardOutput"),
            ("os.write(3, b'\\xff' * 64); time.sleep(60)", "went wrong"),
            ("send(33, {'reason': 'notFound', 'message': 'no such conversation'})", "no such conversation"),
            ("[send(80, b' ' * 65000) for _ in range(200)]", "more than"),
        ])
    func failures(body: String, words: String) throws {
        try withAssistant(body) {
            let client = try $0.connect()
            try client.request(prompt)
            let ended = try client.ended()
            #expect(ended.failure?.message.contains(words) == true, "\(ended.text)")
        }
    }

    @Test("the host that hangs up ends the assistant and what it started")
    func cancel() throws {
        let mark = "/tmp/aiu-assist-mark-\(getpid())"
        defer { unsafe unlink(mark) }
        try withAssistant("open('\(mark)', 'w').write(str(os.getpid())); send(80, {'done': {}}); time.sleep(60)") {
            rig in
            do {
                let client = try rig.connect()
                try client.request(prompt)
                _ = try client.next()
            }
            let pid = try #require(Int32(String(decoding: try Files.read(mark), as: UTF8.self)))
            try rig.wait { kill(pid, 0) != 0 }
        }
    }

    @Test("an image without an assistant says so")
    func absent() throws {
        let rig = try Rig { $0.assistant = "/nowhere/aiu-assistant" }
        let client = try rig.connect()
        try client.request(prompt)
        #expect(try client.ended().failure?.reason == .unsupported)
    }

    @Test(
        "the assistant may run commands of the unprivileged user and nothing else",
        arguments: [
            (ExecuteRequest(command: ["true"]), true), (ExecuteRequest(command: ["true"], user: "root"), false),
            (ExecuteRequest(command: ["true"], terminal: .init(rows: 1, columns: 1)), false),
        ])
    func door(request: ExecuteRequest, allowed: Bool) throws {
        let rig = try Rig()
        let pair = try UnixSocket.pair().take()
        rig.server.serve(FileDescriptor(owning: pair.0), for: .assistant)
        let client = try Client(FileDescriptor(owning: pair.1), rig: rig)
        try client.request(.execute(request))
        let ended = try client.ended()
        #expect((ended.report != nil) == allowed, "\(ended.text)")
    }
}
