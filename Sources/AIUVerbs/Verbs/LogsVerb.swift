internal import AIUClient
internal import AIUCommandLine
internal import AIUModel

/// `aiu logs`.
struct LogsVerb {
    private static let mostLines = 100_000

    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let text = try arguments.required("vm")
        guard let reference = VMReference(text) else { throw Problem.notName(text) }
        let follow = arguments.flag("follow")
        let limit = try session.timeout()
        let tail = try arguments.integer("tail", in: 0...Self.mostLines)
        session.client.patience = Patience(limit: follow ? limit : limit ?? Session.usualWait)
        let source: LogSource = arguments.flag("console") ? .console : .agent
        let exchange = try open(
            reference.name.map { Calls.logs(of: $0, source: source, tail: tail, follow: follow) },
            or: Calls.logs(ofDeleted: reference, source: source, tail: tail, follow: follow))
        // A guest's text must not drive the terminal; into a file or a pipe it goes as it is.
        var filter = Terminal.output.isTerminal ? HarmlessText() : nil
        while let part = try exchange.nextPart() {
            try RawOutput.write(filter?.feed(part) ?? part)
        }
        return 0
    }

    /// Deleted VMs have logs too; who has the name now comes first.
    private func open(_ living: Request?, or deleted: Request) throws(ClientError) -> Exchange {
        guard let living else { return try session.client.open(deleted) }
        do throws(ClientError) {
            return try session.client.open(living)
        } catch {
            guard case .refused(let failure) = error, failure.reason == .notFound else { throw error }
            do throws(ClientError) {
                return try session.client.open(deleted)
            } catch let second {
                // That there is neither is better said by the first.
                if case .refused(let failure) = second, failure.reason == .notFound { throw error }
                throw second
            }
        }
    }
}
