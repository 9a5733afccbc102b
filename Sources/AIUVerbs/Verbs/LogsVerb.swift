internal import AIUClient
internal import AIUCommandLine

/// `aiu logs`.
struct LogsVerb {
    private static let mostLines = 100_000

    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let name = try session.vmName(try arguments.required("vm"))
        let follow = arguments.flag("follow")
        let limit = try session.timeout()
        let tail = try arguments.integer("tail", in: 0...Self.mostLines)
        session.client.patience = Patience(limit: follow ? limit : limit ?? Session.usualWait)
        let exchange = try session.client.open(
            Calls.logs(of: name, source: arguments.flag("console") ? .console : .agent, tail: tail, follow: follow))
        // A guest's text must not drive the terminal; into a file or a pipe it goes as it is.
        var filter = Terminal.output.isTerminal ? HarmlessText() : nil
        while let part = try exchange.nextPart() {
            try RawOutput.write(filter?.feed(part) ?? part)
        }
        return 0
    }
}
