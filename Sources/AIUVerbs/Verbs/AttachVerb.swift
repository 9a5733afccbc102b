internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import Glibc

/// `aiu attach`: the VM's serial port on this terminal.
struct AttachVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let name = try session.vmName(try session.arguments.required("vm"))
        guard RawTerminal.isTerminal(STDIN_FILENO) else {
            throw Problem(
                .usage,
                "standard input is not a terminal; `aiu logs --console -f \(name)` shows the console without one")
        }
        let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP, SIGQUIT])
        session.client.patience = Patience(limit: try session.timeout() ?? Session.usualWait, signals: signals)
        let request = Calls.attach(to: name)
        let (socket, first) = try session.client.open(request).takeUpgraded()
        Program.tell("on the console of '\(name)'; Enter wakes a shell, Ctrl-] leaves")
        // Raw from here to the end of this block, whichever way it ends.
        let terminal = RawTerminal(STDIN_FILENO)
        let ending: ConsoleSession.Ending
        do {
            defer { terminal?.restore() }
            var console = try ConsoleSession(
                socket: socket, first: first, input: STDIN_FILENO, output: STDOUT_FILENO, signals: signals,
                purpose: request.purpose)
            ending = try console.run()
        }
        Terminal.errors.write("\n")
        if ending == .ended, let refusal = session.client.refusal(of: request) { throw refusal }
        switch ending {
        case .left: Program.tell("left the console of '\(name)', which goes on as it was")
        case .ended: Program.tell("the console of '\(name)' was closed: the VM ended, or its back end did")
        }
        return 0
    }
}
