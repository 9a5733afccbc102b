import AIUJSON
import AIUMeter
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Synchronization
import Testing

/// A meter with a guest that a test plays, and a client that it is.
struct MeterWorld {
    let ledger: FakeLedger
    let meter: Meter
    let recorder: Recorder

    /// Keeps what was answered, or cannot.
    final class Recorder: AnswerRecorder {
        let heard = Mutex([(text: String, failure: Failure?)]())
        let refusal: Failure?

        init(_ refusal: Failure?) { self.refusal = refusal }

        func answered(_ text: [UInt8], _ failure: Failure?) async throws(Failure) {
            heard.withLock { $0.append((String(decoding: text, as: UTF8.self), failure)) }
            if let refusal { throw refusal }
        }
    }

    init(
        granting tokens: Int, tokens rules: TokenRules? = nil, limits: MeterLimits = MeterLimits(),
        failsToLease: Bool = false, unrecorded: Failure? = nil
    ) throws {
        recorder = Recorder(unrecorded)
        ledger = FakeLedger(granting: tokens, failsToLease: failsToLease)
        meter = try Meter(
            vocabularies: FakeVocabularies(), policies: FakePolicies(tokens: rules), ledger: ledger,
            counter: FakeCounter(), limits: limits)
    }

    private static func view(_ name: VMName) throws(Failure) -> VMView {
        guard let id = VMID("0123456789ab") else { throw Failure(.internalError, "no id") }
        return VMView(
            record: VMRecord(
                id: id, name: name, ephemeral: false, flavour: "micro", image: "i",
                resources: VMResources(processors: 1, memory: .mebibytes(256), storage: .gibibytes(1)),
                configuration: String(decoding: AIUConfig().canonicalBytes, as: UTF8.self), configurationDigest: "d",
                phase: .running, contextID: 3,
                created: 0))
    }

    static let prompt = AssistRequest.prompt(PromptRequest(text: "twelve bytes"))
    static let tool = AssistRequest.tool(ToolRequest(tool: "csv", arguments: .emptyObject))

    /// What the client gets when the guest says this, in pieces of so many bytes, and then does as told.
    func stream(
        _ frames: [Frame], request: AssistRequest = prompt, cutBy size: Int = 1 << 20, hangsUp: Bool = true
    ) async throws -> [Frame] {
        try await stream(frames.flatMap(\.encoded), request: request, cutBy: size, hangsUp: hangsUp)
    }

    func stream(
        _ bytes: [UInt8], request: AssistRequest = prompt, cutBy size: Int = 1 << 20, hangsUp: Bool = true
    ) async throws -> [Frame] {
        let (guest, client) = try await begin(request)
        let player = Thread {
            // A guest that is hung up on has nobody to talk to.
            for start in stride(from: 0, to: bytes.count, by: size) {
                do { try guest.writeAll(Array(bytes[start..<min(start + size, bytes.count)])) } catch { break }
            }
            if hangsUp { shutdown(guest.raw, Int32(SHUT_WR)) }
            // Until it is hung up on.
            while let more = try? guest.read(upTo: 1024), !more.isEmpty {}
        }
        let heard = await Thread.run { Self.frames(client) }
        await player.join()
        return try heard.get()
    }

    func begin(_ request: AssistRequest = prompt) async throws -> (SharedSocket, SharedSocket) {
        let name = try #require(VMName("web"))
        let admitted = try #require(
            try await admit(request, in: name, for: PolicySubject(user: 1000, name: "anna")))
        let (near, far) = try UnixSocket.pair().take()
        let client = try await admitted.attach(near, recorder: recorder)
        return (SharedSocket(far), SharedSocket(client))
    }

    func admit(
        _ request: AssistRequest, in name: VMName, for subject: PolicySubject
    ) async throws(Failure) -> (any MeteredRequest)? {
        try await meter.admit(request, in: name, for: subject) { () throws(Failure) in try Self.view(name) }
    }

    static func frames(_ client: SharedSocket) -> Result<[Frame], any Error> {
        Result {
            var decoder = FrameDecoder()
            var frames: [Frame] = []
            while let bytes = try client.read(upTo: 4096), !bytes.isEmpty {
                decoder.feed(bytes)
                while let frame = try decoder.next() { frames.append(frame) }
            }
            return frames
        }
    }

    /// How it was settled, as soon as it is.
    func settled() async throws -> (delivered: Int, end: TokenEnd) {
        for _ in 0..<1000 {
            if let settled = ledger.state.withLock({ $0.settled }).first { return settled }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Failure(.timedOut, "it was never settled")
    }
}

/// A socket that threads share.
final class SharedSocket: Sendable {
    let descriptor: FileDescriptor
    var raw: Int32 { descriptor.raw }

    init(_ raw: Int32) { descriptor = FileDescriptor(owning: raw) }

    func writeAll(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(raw, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw SystemError("send", code: .current) }
            sent += count
        }
    }

    func read(upTo count: Int) throws -> [UInt8]? { try descriptor.read(upTo: count) }
}

/// A thread for what blocks.
struct Thread {
    private let done = AsyncStream<Void>.makeStream()

    init(_ body: @escaping @Sendable () -> Void) {
        let finish = done.continuation
        let start = unsafe Unmanaged.passRetained(
            Body {
                body()
                finish.finish()
            })
        var thread = pthread_t()
        unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, start.toOpaque())
        pthread_detach(thread)
    }

    func join() async { for await _ in done.stream {} }

    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            _ = Thread { continuation.resume(returning: body()) }
        }
    }

    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }
}
