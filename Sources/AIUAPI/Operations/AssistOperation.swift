internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Something asked of the assistant in a VM while nobody is there to answer questions. Lives on the loop's thread.
final class AssistOperation {
    typealias Heard = Result<AssistEvent, Failure>

    /// How often a client that is behind is looked at.
    private static let pause: Duration = .milliseconds(20)

    private let loop: EventLoop
    private let machine: FileDescriptor
    private let backlog: Backlog
    private let continuation: AsyncStream<Heard>.Continuation
    private var decoder = FrameDecoder()
    private var timer: TimerID?
    private var finished = false

    private init(
        _ loop: EventLoop, _ machine: consuming FileDescriptor, _ backlog: Backlog,
        _ continuation: AsyncStream<Heard>.Continuation
    ) {
        self.loop = loop
        self.machine = machine
        self.backlog = backlog
        self.continuation = continuation
    }

    /// Events as they come, up to the last or a failure. Whoever stops listening hangs up, which cancels the work.
    static func events(
        over machine: consuming FileDescriptor, within limit: Duration, on thread: LoopThread
    ) throws(Failure) -> AssistEvents {
        let backlog: Backlog
        do throws(SystemError) {
            backlog = try Backlog(machine)
        } catch {
            throw Failure(.internalError, "\(error)")
        }
        // Unbounded, because the agent is not read while the backlog is full.
        let (stream, continuation) = AsyncStream<Heard>.makeStream()
        continuation.onTermination = { _ in backlog.leave() }
        let raw = machine.release()
        thread.perform { loop in
            AssistOperation(loop, FileDescriptor(owning: raw), backlog, continuation).start(within: limit)
        }
        return AssistEvents(stream: stream, backlog: backlog)
    }

    private func start(within limit: Duration) {
        timer = loop.after(limit) { [weak self] in
            self?.finish(.failure(Failure(.timedOut, "the assistant did not answer within \(limit)")))
        }
        do throws(SystemError) {
            try machine.setNonBlocking()
            try watch()
        } catch {
            finish(.failure(Failure(.unavailable, "the VM's agent cannot be reached: \(error)")))
        }
    }

    /// The loop's handler keeps the operation alive until it is finished.
    private func watch() throws(SystemError) {
        try loop.watch(machine.raw, .read) { [self] _ in advance() }
    }

    private func advance() {
        do {
            while !finished {
                guard !backlog.isFull else { return rest() }
                while !backlog.isFull, !finished, let frame = try decoder.next() { try take(frame) }
                guard !finished, !backlog.isFull else { continue }
                guard let bytes = try machine.read(upTo: WireProtocol.longestPayload) else { return }
                if bytes.isEmpty { throw WireError.closed }
                decoder.feed(bytes)
            }
        } catch {
            finish(.failure(Failure(.unavailable, "the VM's agent broke off before the assistant had ended: \(error)")))
        }
    }

    /// Reads no more until the client has caught up.
    private func rest() {
        loop.unwatch(machine.raw)
        loop.after(Self.pause) { [self] in
            guard !finished else { return }
            if backlog.isLeft { return finish(nil) }
            guard !backlog.isFull else { return rest() }
            do throws(SystemError) {
                try watch()
                advance()
            } catch {
                finish(.failure(Failure(.unavailable, "the VM's agent cannot be reached: \(error)")))
            }
        }
    }

    private func take(_ frame: Frame) throws {
        switch frame.kind {
        case .event:
            let event = try frame.message(as: AssistEvent.self)
            if case .confirm(let question) = event { try refuse(question) }
            if event.isLast { return finish(.success(event)) }
            backlog.add()
            continuation.yield(.success(event))
        case .failed: finish(.failure(Failure(try frame.message(as: OperationFailure.self))))
        case let kind: throw WireError.unexpected(kind)
        }
    }

    /// Nobody is there to ask. The agent knows that, so it may be hostile; an answer that it does not read is not waited for.
    private func refuse(_ question: ConfirmationRequest) throws {
        let frame = try Frame(.reply, encoding: AssistReply.confirmed(number: question.number, yes: false)).encoded
        _ = unsafe frame.withUnsafeBytes {
            unsafe send(machine.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    private func finish(_ last: Heard?) {
        guard !finished else { return }
        finished = true
        if let timer { loop.cancel(timer) }
        loop.unwatch(machine.raw)
        shutdown(machine.raw, Int32(SHUT_RDWR))
        if let last { continuation.yield(last) }
        continuation.finish()
    }
}

/// What the assistant says, to be heard by one listener.
struct AssistEvents: Sendable {
    fileprivate let stream: AsyncStream<AssistOperation.Heard>
    fileprivate let backlog: Backlog

    /// Hands over each event; false from the listener ends it. The last event comes back, nil when it did not come so far.
    func hear(_ listen: (AssistEvent) async -> Bool) async throws(Failure) -> AssistEvent? {
        var iterator = stream.makeAsyncIterator()
        defer { backlog.leave() }
        while let heard = await iterator.next(isolation: nil) {
            let event = try heard.get()
            if event.isLast { return event }
            backlog.take()
            guard await listen(event) else { return nil }
        }
        return nil
    }
}
