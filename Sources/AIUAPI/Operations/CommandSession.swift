internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// One command in a VM whose input is known and whose output is collected. Lives on the loop's thread.
final class CommandSession {
    /// What is to be done.
    struct Plan: Sendable {
        let request: ExecuteRequest
        let input: [UInt8]
        let outputLimit: Int
        /// The agent ends the command in time; this is for an agent that does not.
        let deadline: Duration
    }

    private static let inputPerFrame = 32 * 1024

    private let loop: EventLoop
    private let machine: FileDescriptor
    private let plan: Plan
    private let done: (Result<ExecuteResult, Failure>) -> Void
    private var decoder = FrameDecoder()
    private var sending: [UInt8] = []
    private var sent = 0
    private var inputSent = 0
    private var inputEnded: Bool
    private var output: [UInt8] = []
    private var errors: [UInt8] = []
    private var truncated = false
    private var timer: TimerID?
    private var finished = false

    private init(
        _ loop: EventLoop, _ machine: consuming FileDescriptor, _ plan: Plan,
        done: @escaping (Result<ExecuteResult, Failure>) -> Void
    ) {
        self.loop = loop
        self.machine = machine
        self.plan = plan
        self.done = done
        inputEnded = !plan.request.input
    }

    /// Runs the command over a stream on which its request was sent. Cancelling hangs up, which ends the command.
    static func run(
        _ plan: Plan, over machine: consuming FileDescriptor, on thread: LoopThread
    ) async throws(Failure) -> ExecuteResult {
        let handle: FileDescriptor
        do throws(SystemError) {
            handle = try machine.duplicate()
        } catch {
            throw Failure(.internalError, "\(error)")
        }
        let raw = machine.release()
        let hangUp = handle.raw
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<ExecuteResult, Failure>, Never>) in
                thread.perform { loop in
                    let session = CommandSession(loop, FileDescriptor(owning: raw), plan) {
                        continuation.resume(returning: $0)
                    }
                    session.start()
                }
            }
        } onCancel: {
            shutdown(hangUp, Int32(SHUT_RDWR))
        }
        _ = handle.raw  // open until here, so that a cancellation never hits a stranger's descriptor
        return try result.get()
    }

    private func start() {
        do throws(SystemError) {
            try machine.setNonBlocking()
            try send()
            // The loop's handler keeps the session alive until it is finished.
            try loop.watch(machine.raw, interest) { [self] ready in advance(ready) }
        } catch {
            return finish(.failure(Failure(.unavailable, "the VM's agent cannot be reached: \(error)")))
        }
        timer = loop.after(plan.deadline) { [weak self] in
            self?.finish(.failure(Failure(.timedOut, "the VM's agent did not end the command in time")))
        }
    }

    private func advance(_ ready: EventLoop.Ready) {
        do {
            try send()
            while let bytes = try machine.read(upTo: WireProtocol.longestPayload) {
                if bytes.isEmpty { throw WireError.closed }
                decoder.feed(bytes)
                while let frame = try decoder.next() { try take(frame) }
                if finished { return }
            }
            try loop.rewatch(machine.raw, interest)
        } catch {
            finish(.failure(Failure(.unavailable, "the VM's agent broke off before the command ended: \(error)")))
        }
    }

    private func take(_ frame: Frame) throws {
        guard !finished else { return }
        switch frame.kind {
        case .started: return
        case .standardOutput: keep(frame.payload, in: \.output)
        case .standardError: keep(frame.payload, in: \.errors)
        case .exited:
            let exit = try JSONText.decode(ExitReport.self, from: frame.payload)
            finish(.success(result(exit)))
        case .failed:
            let failure = try JSONText.decode(OperationFailure.self, from: frame.payload)
            finish(.failure(Failure(failure)))
        case let kind: throw WireError.unexpected(kind)
        }
    }

    /// The agent keeps to the limit by itself; a hostile one is kept to it here.
    private func keep(_ bytes: [UInt8], in place: ReferenceWritableKeyPath<CommandSession, [UInt8]>) {
        let room = max(0, plan.outputLimit - output.count - errors.count)
        if bytes.count > room { truncated = true }
        self[keyPath: place] += bytes.prefix(room)
    }

    private func result(_ exit: ExitReport) -> ExecuteResult {
        ExecuteResult(
            exit: exit, stdout: String(decoding: output, as: UTF8.self), stdoutBase64: Base64.unlessText(output),
            stderr: String(decoding: errors, as: UTF8.self), stderrBase64: Base64.unlessText(errors),
            truncated: truncated || exit.truncated)
    }

    private var interest: EventLoop.Interest {
        sent < sending.count || !inputEnded ? [.read, .write] : .read
    }

    private func send() throws(SystemError) {
        while true {
            if sent == sending.count {
                guard !inputEnded else { return }
                nextInput()
            }
            let count = unsafe sending.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sent...])
                return unsafe Glibc.send(machine.raw, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
                continue
            }
            switch Errno.current {
            case .wouldBlock: return
            case .interrupted: continue
            case .brokenPipe:
                // The command may have ended without reading its input: its exit is still to be read.
                inputEnded = true
                sent = sending.count
            case let code: throw SystemError("send", code: code)
            }
        }
    }

    private func nextInput() {
        let piece = plan.input[inputSent..<min(plan.input.count, inputSent + Self.inputPerFrame)]
        inputSent += piece.count
        inputEnded = piece.isEmpty
        sending = (piece.isEmpty ? Frame(.standardInputEnd) : Frame(.standardInput, Array(piece))).encoded
        sent = 0
    }

    private func finish(_ result: Result<ExecuteResult, Failure>) {
        guard !finished else { return }
        finished = true
        if let timer { loop.cancel(timer) }
        loop.unwatch(machine.raw)
        shutdown(machine.raw, Int32(SHUT_RDWR))
        done(result)
    }
}

extension Failure {
    /// The agent's refusal in the words of the API.
    init(_ failure: OperationFailure) {
        let reason: Reason =
            switch failure.reason {
            case .invalid, .notExecutable: .invalid
            case .notFound: .notFound
            case .denied: .denied
            case .exists: .conflict
            case .noSpace: .noSpace
            case .exhausted: .exhausted
            case .busy: .busy
            case .unsupported: .unsupported
            case .unavailable: .unavailable
            case .io, .internalError: .internalError
            }
        self.init(reason, failure.message)
    }
}
