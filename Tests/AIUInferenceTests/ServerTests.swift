import AIUInference
import AIUInferenceLink
import AIUSystem
import AIUWire
import Glibc
import Testing

/// Connections, files and memory: what goes wrong is said, and the others are served on.
struct ServerTests {
    @Test func `models are listed with what they are`() throws {
        let models = try Fixture.client(Fixture.server()).models()
        #expect(models.map(\.name) == ["tiny-embedding", "tiny-router", "tiny-writer"])
        #expect(models.map(\.roles) == [["embedding"], ["router"], ["reasoning"]])
        #expect(models.map(\.architecture) == ["bert", "bert", "llama"])
        #expect(models.map(\.contextLength) == [64, 64, 128])
        #expect(models.allSatisfy { !$0.loaded && $0.parameters > 5000 && ["haswell", "x64"].contains($0.engine) })
    }

    @Test func `models are loaded and unloaded`() throws {
        let client = try Fixture.client(Fixture.server())
        try client.load("tiny-writer")
        #expect(try client.models().filter(\.loaded).map(\.name) == ["tiny-writer"])
        try client.unload("tiny-writer")
        #expect(try client.models().allSatisfy { !$0.loaded })
    }

    @Test func `the model that was longest without work makes room`() throws {
        let client = try Fixture.client(Fixture.server(memoryLimit: 40 << 20))
        for name in ["tiny-writer", "tiny-router", "tiny-embedding", "tiny-router"] { try client.load(name) }
        #expect(try client.models().filter(\.loaded).map(\.name) == ["tiny-embedding", "tiny-router"])
    }

    @Test func `a model larger than the memory is refused`() throws {
        let client = try Fixture.client(Fixture.server(memoryLimit: 1 << 20))
        #expect(Fixture.reason { try client.load("tiny-writer") } == .tooLarge)
    }

    @Test func `broken files are errors and no more`() throws {
        let folder = "/tmp/aiu-inference-tests-\(getpid())"
        try Files.makeFolder(folder)
        defer { try? Files.removeTree(folder) }  // Nothing depends on it.
        let good = try Files.read("\(Fixture.folder)/tiny-writer.gguf")
        let router = try Files.read("\(Fixture.folder)/tiny-router.gguf")
        var flipped = good
        for place in stride(from: 40, to: 2000, by: 97) { flipped[place] ^= 0xFF }
        let files: [(String, [UInt8])] = [
            ("empty", []), ("noise", (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }),
            ("magic", Array(good.prefix(4))), ("header", Array(good.prefix(500))),
            ("cut", Array(good.prefix(good.count - 9000))), ("flipped", flipped),
            ("heads", Array(router.prefix(router.count / 2))),
        ]
        for (name, bytes) in files { try Files.replace("\(folder)/\(name).gguf", with: bytes) }
        let client = try Fixture.client(Fixture.server([folder, Fixture.folder]))
        for (name, _) in files {
            #expect(Fixture.reason { try client.load(name) } == .badModel, "\(name)")
            #expect(
                Fixture.reason { _ = try client.route(RouteRequest(model: name, words: [])) } == .badModel, "\(name)")
        }
        #expect(try client.embed(["add"], model: "tiny-embedding").count == 1)
    }

    @Test func `two clients are served at once`() throws {
        let server = try Fixture.server()
        let writing = InferenceChannel(try Fixture.connect(server))
        try writing.send(
            InferenceRequest.generate(
                GenerateRequest(text: "x", grammar: "root ::= [a-z] root", maxTokens: 4000, temperature: 1)))
        let first = try #require(try writing.receive(InferenceReply.self)).message
        guard case .piece = first else {
            Issue.record("\(first)")
            return
        }
        // The other model answers while the first one writes.
        let client = try Fixture.client(server)
        #expect(try client.embed(["add"]).count == 1)
        var ended = false
        while !ended, let reply = try writing.receive(InferenceReply.self)?.message {
            if case .generated = reply { ended = true }
        }
        #expect(ended)
    }

    @Test func `a request that cannot be read is answered, and the next one is served`() throws {
        let channel = InferenceChannel(try Fixture.connect(Fixture.server()))
        let text = Array(#"{"what":1}"#.utf8)
        try channel.socket.writeAll([UInt8(text.count), 0, 0, 0, 0, 0, 0, 0] + text)
        guard case .failed(let failure)? = try channel.receive(InferenceReply.self)?.message else {
            Issue.record("it was not refused")
            return
        }
        #expect(failure.reason == .badRequest)
        try channel.send(InferenceRequest.models)
        guard case .models? = try channel.receive(InferenceReply.self)?.message else {
            Issue.record("no answer")
            return
        }
    }

    @Test func `a message without bounds ends the connection`() throws {
        let channel = InferenceChannel(try Fixture.connect(Fixture.server()))
        try channel.socket.writeAll([0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0])
        #expect(try channel.receive(InferenceReply.self) == nil)
    }

    @Test func `too many texts at once are sent in parts`() throws {
        let client = try Fixture.client(Fixture.server())
        #expect(try client.embed([String](repeating: "add", count: 600)).count == 600)
    }

    @Test func `a process that is not there is an error`() throws {
        do throws(InferenceError) {
            let client = try InferenceClient(path: "/tmp/aiu-nobody.sock")
            _ = try client.models()
            Issue.record("somebody answered")
        } catch {
            guard case .unreachable = error else {
                Issue.record("\(error)")
                return
            }
        }
    }
}
