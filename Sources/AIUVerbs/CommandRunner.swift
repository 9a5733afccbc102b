internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import AIUWire
internal import Glibc

/// Runs one command in a VM with this process's streams.
struct CommandRunner {
    private let session: Session
    private let wantsTerminal: Bool

    init(_ session: Session, givesTerminal: Bool = false) {
        self.session = session
        wantsTerminal = givesTerminal || session.arguments.flag("tty")
    }

    func request() throws -> ExecuteRequest {
        try CommandWish.read(
            session.arguments, terminal: try terminalSize(), own: { ProcessEnvironment.value($0) })
    }

    /// The size that the command's terminal begins with; nil when it gets none.
    func terminalSize() throws -> ExecuteRequest.Terminal? {
        guard wantsTerminal else { return nil }
        if session.arguments.flag("interactive"), !RawTerminal.isTerminal(STDIN_FILENO) {
            throw Problem(.usage, "standard input is not a terminal; leave -t out")
        }
        return RawTerminal.size(of: STDOUT_FILENO)
    }

    /// Signals that go to the command, or that the terminal needs.
    func signals() throws -> SignalSource {
        let always = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
        return try SignalSource(wantsTerminal ? always + [SIGWINCH, SIGTSTP, SIGCONT] : always)
    }

    func run(_ request: ExecuteRequest, in name: VMName, signals: SignalSource) throws -> Int32 {
        let purpose = "running \(request.command[0]) in '\(name)'"
        do {
            session.client.patience = Patience(limit: Session.usualWait, signals: signals)
            let stream = try session.client.operation(.execute(request), in: name, purpose: purpose)
            let report = try carry(consume stream, request, signals, purpose)
            return status(report, request)
        } catch {
            try explain(error, name)
            throw Problem.ofCommand(error)
        }
    }

    /// A refusal may be about the VM and not about the command: then it is told as every command tells it.
    private func explain(_ error: any Error, _ name: VMName) throws {
        guard case .refusedInVM(let failure)? = error as? ClientError, failure.reason != .denied else { return }
        session.client.patience = Patience(limit: Session.usualWait)
        let view: VMView = try session.client.value(Calls.inspect(name))
        if view.record.phase != .running { throw Problem(.failure, failure.message) }
    }

    private func carry(
        _ stream: consuming OperationStream, _ request: ExecuteRequest, _ signals: SignalSource, _ purpose: String
    ) throws(ClientError) -> ExitReport {
        // Raw from here to the end of this function, whichever way it ends.
        let terminal = request.terminal != nil && request.input ? RawTerminal(STDIN_FILENO) : nil
        defer { terminal?.restore() }
        var commands = CommandSession(
            stream, input: request.input ? STDIN_FILENO : nil, terminal: terminal, signals: signals, purpose: purpose)
        return try commands.run()
    }

    private func status(_ report: ExitReport, _ request: ExecuteRequest) -> Int32 {
        if report.truncated { Program.tell("output over the limit was thrown away") }
        if report.timedOut {
            let limit = request.timeoutMilliseconds.map { DurationText.spell(.milliseconds($0)) } ?? "its time"
            Program.tell("the command did not end within \(limit) and was killed")
            return ExitCode.timedOut.rawValue
        }
        if let signal = report.signal { return 128 + signal }
        return report.status ?? ExitCode.failure.rawValue
    }
}
