import AIUGuest
import AIUSystem
import AIUWire
import Glibc
import Testing

/// The agent's parts on a loop that the test itself turns, as the user who runs the tests.
final class Rig {
    let loop: EventLoop
    let context: GuestContext
    let server: OperationServer
    let journal = Journal()

    init(_ adjust: (inout GuestSettings) -> Void = { _ in }) throws {
        signal(SIGPIPE, SIG_IGN)
        var settings = GuestSettings()
        settings.defaultUser = nil
        settings.workspace = "/tmp"
        settings.flushedFolder = nil
        settings.mostOpenFiles = 256
        settings.drainDelay = .milliseconds(200)
        settings.killDelay = .milliseconds(200)
        adjust(&settings)
        loop = try EventLoop()
        context = GuestContext(loop: loop, journal: journal, settings: settings, reaping: .ownChildren)
        server = OperationServer(context: context)
    }

    func connect() throws -> Client {
        let pair = try UnixSocket.pair().take()
        server.serve(FileDescriptor(owning: pair.0))
        return try Client(FileDescriptor(owning: pair.1), rig: self)
    }

    func turn() throws { try loop.turn(waitingAtMost: .milliseconds(5)) }

    /// Turns until something is so; fails after a limit that only a bug or a very busy machine reaches.
    func wait(within limit: Duration = .seconds(10), until condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + limit
        while try !condition() {
            try #require(ContinuousClock.now < deadline, "nothing happened within \(limit)")
            try turn()
        }
    }

    @discardableResult
    func run(_ request: ExecuteRequest, input: [UInt8]? = nil) throws -> Ended {
        let client = try connect()
        try client.request(.execute(request))
        if let input {
            for start in stride(from: 0, to: input.count, by: 60_000) {
                try client.send(.standardInput, Array(input[start..<min(start + 60_000, input.count)]))
            }
            try client.send(.standardInputEnd)
        }
        return try client.ended()
    }

    func shell(_ script: String, _ adjust: (inout ExecuteRequest) -> Void = { _ in }) throws -> Ended {
        var request = ExecuteRequest(command: ["sh", "-c", script])
        adjust(&request)
        return try run(request)
    }
}

/// All that an operation said until its end.
struct Ended {
    var output: [UInt8] = []
    var error: [UInt8] = []
    var report: ExitReport?
    var failure: OperationFailure?
    var frames = 0

    /// For expectations that should show why.
    var text: String { failure.map { "failed: \($0)" } ?? String(decoding: output, as: UTF8.self) }
}

/// The host's end of an operation connection.
final class Client {
    let socket: FileDescriptor
    private let rig: Rig
    private var decoder = FrameDecoder()
    private(set) var closed = false

    init(_ socket: consuming FileDescriptor, rig: Rig) throws {
        self.socket = socket
        self.rig = rig
        try self.socket.setNonBlocking()
    }

    func request(_ request: OperationRequest) throws { try send(try Frame(.request, encoding: request)) }

    func send(_ kind: FrameKind, _ payload: [UInt8] = []) throws { try send(Frame(kind, payload)) }

    func send(_ frame: Frame) throws { try write(frame.encoded) }

    func write(_ bytes: [UInt8]) throws {
        var offset = 0
        try rig.wait {
            do {
                if let count = try socket.write(bytes, from: offset) { offset += count }
            } catch let error as SystemError where error.code == .brokenPipe || error.code == .connectionReset {
                closed = true
                return true
            }
            return offset == bytes.count
        }
    }

    /// The next frame, nil when the connection is over.
    func next(within limit: Duration = .seconds(10)) throws -> Frame? {
        var frame: Frame?
        try rig.wait(within: limit) {
            frame = try decoder.next()
            if frame != nil || closed { return true }
            do {
                if let bytes = try socket.read(upTo: 100_000) {
                    closed = bytes.isEmpty
                    decoder.feed(bytes)
                }
            } catch let error as SystemError where error.code == .connectionReset {
                closed = true
            }
            return false
        }
        return frame
    }

    func ended() throws -> Ended {
        var result = Ended()
        while let frame = try next() {
            result.frames += 1
            switch frame.kind {
            case .standardOutput: result.output += frame.payload
            case .standardError: result.error += frame.payload
            case .exited: result.report = try frame.message(as: ExitReport.self)
            case .failed: result.failure = try frame.message(as: OperationFailure.self)
            case _: break
            }
        }
        return result
    }
}
