internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import AIUWire
internal import Glibc

/// `aiu exec` and `aiu shell`.
struct ExecVerb {
    /// The best shell there is, as a login shell.
    private static let shellCommand = ["/bin/sh", "-c", "exec \"$(command -v bash || command -v sh)\" -l"]

    private let session: Session
    private let isShell: Bool

    init(_ session: Session) {
        self.session = session
        isShell = false
    }

    private init(shellIn session: Session) {
        self.session = session
        isShell = true
    }

    static func shell(_ session: Session) -> ExecVerb { ExecVerb(shellIn: session) }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let name = try session.vmName(try arguments.required("vm"))
        let runner = CommandRunner(session, givesTerminal: isShell)
        let request = isShell ? try shellRequest() : try runner.request()
        return try runner.run(request, in: name, signals: try runner.signals())
    }

    private func shellRequest() throws -> ExecuteRequest {
        guard RawTerminal.isTerminal(STDIN_FILENO) else {
            throw Problem(.usage, "standard input is not a terminal; `aiu exec -i VM sh` runs a shell without one")
        }
        return ExecuteRequest(
            command: Self.shellCommand, environment: ProcessEnvironment.value("TERM").map { ["TERM=\($0)"] } ?? [],
            directory: session.arguments.option("workdir"), user: session.arguments.option("user"),
            terminal: RawTerminal.size(of: STDOUT_FILENO), input: true)
    }
}
