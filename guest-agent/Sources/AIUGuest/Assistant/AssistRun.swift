internal import AIUSystem
internal import AIUWire

/// One request to the assistant: a process of its own that works, and frames between it and the host.
///
/// The agent understands neither prompts nor answers: it passes on the kinds of frames that belong here. An answer is
/// small, so that what a slow host has not taken yet is kept, within a limit.
final class AssistRun: GuestOperation {
    private static let mostBytes = 8 << 20

    private let request: AssistRequest
    private let host: FrameChannel
    private let context: GuestContext
    /// Called at the end with the failure, if there was one. Nil after that and after a cancel.
    private var ended: ((OperationFailure?) -> Void)?
    private var process: CommandProcess?
    private var worker: FrameChannel?
    private var outcome: Child.Outcome?
    private var passed = 0

    init(
        _ request: AssistRequest, channel: FrameChannel, context: GuestContext,
        ended: @escaping (OperationFailure?) -> Void
    ) {
        self.request = request
        host = channel
        self.context = context
        self.ended = ended
    }

    func start() throws(OperationFailure) {
        let settings = context.settings
        guard Files.exists(settings.assistant) else {
            throw OperationFailure(.unsupported, "the image of this VM has no assistant; make the VM from a newer one")
        }
        let wanted = ExecuteRequest(command: [settings.assistant], directory: "/", user: settings.assistantUser)
        let command = try PreparedCommand(wanted, settings: settings, users: context.users)
        let far = try connect()
        process = try CommandProcess(command, descriptors: [-1, -1, -1, far.raw], context: context) {
            // Kept until its process is collected, whatever becomes of the connection.
            self.processEnded($0)
        }
        do throws(WireError) {
            try worker?.send(.request, encoding: request)
        } catch {
            throw OperationFailure(.invalid, "\(error)")
        }
    }

    /// Makes the channel to the process, and gives the process's end of it.
    private func connect() throws(OperationFailure) -> Handle {
        do throws(SystemError) {
            let (ours, theirs) = try UnixSocket.pair().take()
            let far = Handle(FileDescriptor(owning: theirs))
            let channel = try FrameChannel(FileDescriptor(owning: ours), loop: context.loop, scratch: context.scratch)
            channel.onFrame = { [weak self] frame in try self?.pass(frame) }
            channel.onEnd = { [weak self] reason in self?.workerClosed(reason) }
            worker = channel
            return far
        } catch {
            throw OperationFailure(.internalError, "the assistant could not be started: \(error)")
        }
    }

    func receive(_ frame: Frame) throws(OperationFailure) {
        guard frame.kind == .reply else { throw OperationFailure(.invalid, "\(WireError.unexpected(frame.kind))") }
        guard let worker, worker.hasRoom else {
            throw OperationFailure(.invalid, "more replies came than there were questions")
        }
        worker.send(frame)
    }

    func resume() {}

    func cancel() {
        ended = nil
        stop()
    }

    /// What the process says, to the host.
    private func pass(_ frame: Frame) throws {
        switch frame.kind {
        case .event:
            passed += frame.payload.count
            guard passed <= Self.mostBytes else {
                return end(OperationFailure(.internalError, "the assistant said more than \(Self.mostBytes) bytes"))
            }
            host.send(frame)
        case .failed:
            end(try frame.message(as: OperationFailure.self))
        case _:
            throw WireError.unexpected(frame.kind)
        }
    }

    private func workerClosed(_ reason: String?) {
        worker = nil
        if let reason { return end(OperationFailure(.internalError, "the assistant went wrong: \(reason)")) }
        checkEnd()
    }

    private func processEnded(_ outcome: Child.Outcome) {
        self.outcome = outcome
        process?.cleanUp()
        checkEnd()
    }

    /// The end is reported when the process is gone and everything that it said was passed on.
    private func checkEnd() {
        guard worker == nil, let outcome else { return }
        switch outcome {
        case .exited(0): end(nil)
        case .exited(let status):
            end(OperationFailure(.internalError, "the assistant ended with status \(status); see `aiu logs`"))
        case .killed(let signal):
            end(OperationFailure(.internalError, "the assistant was ended by signal \(signal): out of memory?"))
        }
    }

    private func end(_ failure: OperationFailure?) {
        let ended = ended
        self.ended = nil
        stop()
        ended?(failure)
    }

    private func stop() {
        if outcome == nil { process?.killAll() }
        worker?.close()
        worker = nil
    }
}
