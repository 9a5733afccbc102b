internal import AIUSystem
internal import AIUWire

/// One operation: a connection whose first frame says what is wanted.
final class OperationConnection {
    private let caller: OperationCaller
    private let context: GuestContext
    private let channel: FrameChannel
    private var operation: (any GuestOperation)?
    private var waiting: TimerID?

    init(
        _ socket: consuming FileDescriptor, for caller: OperationCaller, context: GuestContext,
        closed: @escaping () -> Void
    ) throws(SystemError) {
        self.caller = caller
        self.context = context
        channel = try FrameChannel(socket, loop: context.loop, scratch: context.scratch)
        channel.onFrame = { [weak self] frame in try self?.receive(frame) }
        channel.onDrained = { [weak self] in self?.operation?.resume() }
        channel.onEnd = { [weak self] reason in self?.ended(reason) }
        channel.onClosed = closed
        waiting = context.loop.after(context.settings.requestLimit) { [weak self] in
            self?.fail(OperationFailure(.invalid, "no request came; the connection is closed"))
        }
    }

    func refuse(_ failure: OperationFailure) { fail(failure) }

    private func receive(_ frame: Frame) throws {
        do throws(OperationFailure) {
            if let operation { return try operation.receive(frame) }
            try begin(frame)
        } catch {
            fail(error)
        }
    }

    private func begin(_ frame: Frame) throws(OperationFailure) {
        guard frame.kind == .request else {
            throw OperationFailure(.invalid, "\(WireError.unexpected(frame.kind)); a request comes first")
        }
        stopWaiting()
        let request: OperationRequest
        do throws(WireError) {
            request = try frame.message(as: OperationRequest.self)
        } catch {
            throw OperationFailure(.invalid, "\(error)")
        }
        try caller.check(request, context.settings)
        switch request {
        case .execute(let request):
            let run = CommandRun(request, channel: channel, context: context) { [weak self] in self?.finish() }
            operation = run
            try run.start()
        case .put(let request):
            operation = try PutRun(request, channel: channel, context: context) { [weak self] failure in
                if let failure { self?.fail(failure) } else { self?.finish() }
            }
        case .get(let request):
            let run = try GetRun(request, channel: channel, context: context) { [weak self] failure in
                if let failure { self?.fail(failure) } else { self?.finish() }
            }
            operation = run
            run.resume()
        case .assist(let request):
            let run = AssistRun(request, channel: channel, context: context) { [weak self] failure in
                if let failure { self?.fail(failure) } else { self?.finish() }
            }
            operation = run
            try run.start()
        }
    }

    private func fail(_ failure: OperationFailure) {
        stopWaiting()
        let stopped = operation
        operation = nil
        stopped?.cancel()
        do throws(WireError) {
            try channel.send(.failed, encoding: failure)
        } catch {
            context.journal.warning("a failure could not be reported: \(error)")
        }
        finish()
    }

    private func finish() {
        operation = nil
        channel.finish(within: context.settings.lingerLimit)
    }

    private func ended(_ reason: String?) {
        stopWaiting()
        if let reason { return fail(OperationFailure(.invalid, reason)) }
        let stopped = operation
        operation = nil
        stopped?.cancel()
    }

    private func stopWaiting() {
        if let waiting { context.loop.cancel(waiting) }
        waiting = nil
    }
}
