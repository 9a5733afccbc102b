internal import AIUSystem
internal import AIUWire
internal import CLinux
internal import Glibc

/// A command in the guest, from its start to its exit report.
final class CommandRun: GuestOperation {
    private let request: ExecuteRequest
    private let channel: FrameChannel
    private let context: GuestContext
    private let budget: OutputBudget
    /// Called after the exit report. Nil after that and after a cancel.
    private var finished: (() -> Void)?
    private var process: CommandProcess?
    private var input: InputPump?
    private var outputs: [OutputPump] = []
    private var terminal: Handle?
    private var timers: [TimerID] = []
    private var outcome: Child.Outcome?
    private var timedOut = false

    init(_ request: ExecuteRequest, channel: FrameChannel, context: GuestContext, finished: @escaping () -> Void) {
        self.request = request
        self.channel = channel
        self.context = context
        self.finished = finished
        budget = OutputBudget(request.outputLimit)
    }

    func start() throws(OperationFailure) {
        let command = try PreparedCommand(request, settings: context.settings, users: context.users)
        var streams = try system { () throws(SystemError) in
            try CommandStreams(request, owner: command.spawn.user?.user)
        }
        process = try CommandProcess(command, descriptors: streams.childDescriptors, context: context) {
            // Kept until its process is collected, whatever becomes of the connection.
            self.processEnded($0)
        }
        streams.closeChildEnds()
        channel.send(.started)
        try system { () throws(SystemError) in try connect(streams) }
        if let limit = request.timeoutMilliseconds {
            after(.milliseconds(limit)) { $0.ranOutOfTime() }
        }
    }

    private func connect(_ streams: CommandStreams) throws(SystemError) {
        terminal = streams.terminal
        if let handle = streams.input {
            input = InputPump(handle, isTerminal: terminal != nil, channel: channel, loop: context.loop)
        }
        outputs = streams.outputs.map { output in
            OutputPump(output.handle, as: output.kind, channel: channel, loop: context.loop, budget: budget) {
                [weak self] in self?.checkEnd()
            }
        }
        for output in outputs { try output.resume() }
    }

    func receive(_ frame: Frame) throws(OperationFailure) {
        switch frame.kind {
        case .standardInput:
            guard !frame.payload.isEmpty else { throw OperationFailure(.invalid, "an empty standardInput frame came") }
            input?.write(frame.payload)
        case .standardInputEnd:
            input?.end()
        case .resize where frame.payload.count == 4:
            resize(frame.payload)
        case .signal where frame.payload.count == 1 && (1...64).contains(frame.payload[0]):
            process?.signalGroup(Int32(frame.payload[0]))
        case .resize, .signal:
            throw OperationFailure(.invalid, "\(WireError.malformed(frame.kind, "its content is out of range"))")
        case .hello, .welcome, .heartbeat, .log, .ping, .pong, .clock, .shutdown, .goodbye, .configure, .configured,
            .authority, .card,
            .request, .failed,
            .started, .standardOutput, .standardError, .exited, .entry, .data, .entryEnd, .done, .event, .reply:
            throw OperationFailure(.invalid, "\(WireError.unexpected(frame.kind))")
        }
    }

    func resume() {
        for output in outputs { resume(output) }
    }

    func cancel() {
        finished = nil
        process?.killAll()
        closeStreams()
    }

    private func resume(_ output: OutputPump) {
        do throws(SystemError) {
            try output.resume()
        } catch {
            context.journal.warning("an output was lost: \(error)")
            output.close()
            checkEnd()
        }
    }

    private func resize(_ payload: [UInt8]) {
        // Without a terminal there is nothing to resize, and nobody is harmed by asking.
        guard let terminal else { return }
        let rows = UInt16(payload[0]) | UInt16(payload[1]) << 8
        let columns = UInt16(payload[2]) | UInt16(payload[3]) << 8
        _ = aiu_resize_terminal(terminal.raw, rows, columns)
    }

    private func ranOutOfTime() {
        guard outcome == nil else { return }
        timedOut = true
        process?.signalGroup(SIGTERM)
        after(context.settings.killDelay) { $0.process?.killAll() }
    }

    private func processEnded(_ outcome: Child.Outcome) {
        self.outcome = outcome
        guard finished != nil else {
            process?.cleanUp()
            return
        }
        checkEnd()
        guard finished != nil else { return }
        // Something in the background holds the outputs open. It gets a moment to finish its sentence.
        after(context.settings.drainDelay) { run in
            run.process?.killAll()
            run.after(run.context.settings.drainDelay) { $0.stopWaitingForOutput() }
        }
    }

    /// Reports the end once the process has ended and everything that it wrote is on its way.
    private func checkEnd() {
        guard let outcome, let finished, !outputs.contains(where: \.isOpen) else { return }
        self.finished = nil
        closeStreams()
        process?.cleanUp()
        var report = ExitReport(timedOut: timedOut, truncated: budget.exceeded)
        switch outcome {
        case .exited(let status): report.status = status
        case .killed(let signal): report.signal = signal
        }
        do throws(WireError) {
            try channel.send(.exited, encoding: report)
        } catch {
            context.journal.error("an exit report could not be sent: \(error)")
        }
        finished()
        // Now that nobody waits.
        context.groups?.prepare()
    }

    private func stopWaitingForOutput() {
        guard finished != nil else { return }
        for output in outputs where !output.drain() {
            // The host is slow, not the guest: nothing that was written is lost for that.
            return after(context.settings.drainDelay) { $0.stopWaitingForOutput() }
        }
        for output in outputs { output.close() }
        checkEnd()
    }

    private func system<Result>(_ body: () throws(SystemError) -> Result) throws(OperationFailure) -> Result {
        do throws(SystemError) {
            return try body()
        } catch {
            throw OperationFailure(.internalError, "the command could not be started: \(error)")
        }
    }

    private func closeStreams() {
        for timer in timers { context.loop.cancel(timer) }
        timers = []
        input?.close()
        input = nil
        for output in outputs { output.close() }
        terminal = nil
    }

    private func after(_ delay: Duration, _ action: @escaping (CommandRun) -> Void) {
        timers.append(
            context.loop.after(delay) { [weak self] in
                if let self { action(self) }
            })
    }
}
