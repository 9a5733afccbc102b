import AIUAPI
import AIUJSON
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Synchronization
import Testing

/// Every prompt and every tool goes through the meter, by whatever way it is asked; nothing else does.
struct MeteringTests {
    /// Remembers what was asked, and lets everything through or nothing.
    private final class Recorder: Metering, TokenCounting {
        struct Seen {
            var admitted: [String] = []
            var subjects: [PolicySubject] = []
            var attached = 0
            var abandoned = 0
        }

        let seen = Mutex(Seen())
        let refusal: Failure?
        let answer: [UInt8]

        init(refusal: Failure? = nil, answer: String = "42") {
            self.refusal = refusal
            self.answer = Array(answer.utf8)
        }

        func admit(
            _ request: AssistRequest, in name: VMName, for subject: PolicySubject,
            view: @Sendable () async throws(Failure) -> VMView
        ) async throws(Failure) -> (any MeteredRequest)? {
            switch request {
            case .prompt, .tool: break
            case .tools, .conversations, .memory, .models: return nil
            }
            seen.withLock {
                $0.admitted.append(request.verb)
                $0.subjects.append(subject)
            }
            _ = try await view()
            if let refusal { throw refusal }
            return Admitted(request: request, recorder: self)
        }

        func tally(_ part: TextPart, by vocabulary: VocabularyFile) async throws(Failure) -> TokenTally {
            TokenTally(tokens: part.bytes.count, bytes: part.bytes.count, isFull: false)
        }
    }

    private struct Admitted: MeteredRequest {
        let request: AssistRequest
        let recorder: Recorder

        func attach(_ machine: Int32, recorder answers: (any AnswerRecorder)?) async throws(Failure) -> Int32 {
            recorder.seen.withLock { $0.attached += 1 }
            // Told before the client reads a byte of it, as the real one does before the last word.
            try await answers?.answered(recorder.answer, nil)
            return machine
        }

        func abandon() async { recorder.seen.withLock { $0.abandoned += 1 } }
    }

    private static let prompts = "/v1/vms/vm-0000/prompts"

    private func with(
        _ recorder: Recorder, hasAgent: Bool = true, _ body: (Fixture) async throws -> Void
    ) async throws {
        let services = TokenServices(counter: recorder, metering: recorder)
        try await Fixture.with(vms: 1, metering: services) { (api: Fixture) async throws in
            let agent = ScriptedAgent(folder: api.folder) { request, talk in
                switch request {
                case .prompt: try talk.say(PromptProgramTests.answer("42"))
                case .tool: try talk.say(.toolAnswer(PromptProgramTests.call(.succeeded)))
                default: try talk.say(.tools([]))
                }
            }
            if hasAgent { await api.control.set { try agent.play($0, $1) } }
            try await body(api)
        }
    }

    @Test("prompts and tools are admitted for who asks, and served through the meter")
    func admitted() async throws {
        let recorder = Recorder()
        try await with(recorder) { (api: Fixture) async throws in
            #expect(try await api.ask("POST", Self.prompts, body: #"{"text":"x"}"#).status == 200)
            #expect(try await api.ask("POST", "/v1/vms/vm-0000/tools/csv", body: "{}").status == 200)
            #expect(try await api.ask("GET", "/v1/vms/vm-0000/tools").status == 200)
        }
        let seen = recorder.seen.withLock { $0 }
        #expect(seen.admitted == ["prompt", "tool"] && seen.attached == 2 && seen.abandoned == 0)
        #expect(seen.subjects.allSatisfy { $0.user == getuid() && $0.vm?.text == "vm-0000" })
    }

    @Test("a prompt looks at its VM once, whoever asks")
    func once() async throws {
        try await with(Recorder()) { (api: Fixture) async throws in
            let policy = #"{"models": {"deny": ["big*"]}, "tools": {"deny": ["shell"]}}"#
            let body = try JSONText.encodeString(ApplyPolicy(document: policy))
            #expect(try await api.ask("POST", "/v1/policy", body: body).status == 200)
            let before = await api.control.inspections
            #expect(try await api.ask("POST", Self.prompts, body: #"{"text":"x"}"#).status == 200)
            #expect(await api.control.inspections == before + 1)
        }
    }

    @Test("what is not admitted never reaches the VM")
    func refused() async throws {
        let recorder = Recorder(refusal: Failure(.exhausted, "the budget 'day' is used up"))
        try await with(recorder) { (api: Fixture) async throws in
            let answer = try await api.ask("POST", Self.prompts, body: #"{"text":"x"}"#)
            #expect(answer.status == 429 && answer.text.contains("the budget 'day' is used up"))
            #expect(await api.control.operations.isEmpty)
        }
    }

    @Test("what cannot reach the VM is given back")
    func abandoned() async throws {
        let recorder = Recorder()
        try await with(recorder, hasAgent: false) { (api: Fixture) async throws in
            #expect(try await api.ask("POST", Self.prompts, body: #"{"text":"x"}"#).status == 503)
        }
        let seen = recorder.seen.withLock { $0 }
        #expect(seen.attached == 0 && seen.abandoned == 1)
    }

    @Test(
        "the end of a prompt is recorded with a digest of its answer, or with its words where the policy says so",
        arguments: [false, true])
    func recorded(inFull: Bool) async throws {
        try await with(Recorder(answer: "the key is sk-abcdefghijklmnop")) { (api: Fixture) async throws in
            if inFull {
                let policy = try JSONText.encodeString(ApplyPolicy(document: #"{"audit": {"prompts": "full"}}"#))
                #expect(try await api.ask("POST", "/v1/policy", body: policy).status == 200)
            }
            #expect(try await api.ask("POST", Self.prompts, body: #"{"text":"x"}"#).status == 200)
            #expect(try await api.ask("POST", "/v1/vms/vm-0000/tools/csv", body: "{}").status == 200)
            for action in ["prompt", "runTool"] {
                let ended = api.audit.all.filter { $0.action == action && $0.kind == .ended }
                #expect(ended.count == 1 && ended[0].outcome == "done")
                let answer = ended[0].detail?["answer"]
                #expect(answer?["bytes"] == 30 && answer?["sha256"]?.stringValue?.utf8.count == 64)
                let words = action == "prompt" && inFull ? "the key is [redacted]" : nil
                #expect(answer?["full"]?.stringValue == words)
            }
        }
    }

    @Test(
        "an answer that is written with many signs does not make its record too long",
        arguments: ["\u{1}", "\"", "\u{7F}", "\u{1F600}", "a", "\r\n"])
    func bounded(sign: String) async throws {
        let long = String(repeating: sign, count: 250_000 / sign.utf8.count)
        try await with(Recorder(answer: long)) { (api: Fixture) async throws in
            let policy = try JSONText.encodeString(ApplyPolicy(document: #"{"audit": {"prompts": "full"}}"#))
            #expect(try await api.ask("POST", "/v1/policy", body: policy).status == 200)
            #expect(try await api.ask("POST", Self.prompts, body: #"{"text":"x"}"#).status == 200)
            let answer = api.audit.all.last { $0.action == "prompt" }?.detail?["answer"]
            #expect(answer?["cut"] == true && answer?["bytes"]?.integerValue == Int64(long.utf8.count))
            #expect((answer?.text().utf8.count ?? 0) < 25 << 10 && (answer?.text().utf8.count ?? 0) > 3 << 10)
        }
    }

    @Test("tokens of a text are counted by the model that is named")
    func counts() async throws {
        try await with(Recorder()) { (api: Fixture) async throws in
            let answer = try await api.ask("POST", "/v1/models/aiu-router/tokens", body: #"{"text":"12345"}"#)
            #expect(answer.status == 200 && answer.json?["tokens"] == 5 && answer.json?["bytes"] == 5)
            #expect(try await api.ask("POST", "/v1/models/NO/tokens", body: #"{"text":"1"}"#).status == 400)
            let long = String(repeating: "x", count: CountTokens.longestText + 1)
            #expect(try await api.ask("POST", "/v1/models/m/tokens", body: #"{"text":"\#(long)"}"#).status == 400)
        }
    }
}
