internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// `aiu export` and `aiu import`: a VM as one file.
struct ArchiveVerb {
    /// A pause for the copy, or the last check of a large archive.
    private static let idleLimit: Duration = .seconds(60)

    private let session: Session

    init(_ session: Session) { self.session = session }

    // MARK: Export

    func export() throws -> Int32 {
        let arguments = session.arguments
        let name = try session.vmName(try arguments.required("vm"))
        let request = Calls.export(name, live: arguments.flag("live"))
        let target = arguments.option("output") ?? "\(name).aiu"
        guard target != "-" else {
            guard !Terminal.output.isTerminal else {
                throw Problem(.usage, "an archive is no text for a terminal; write it to a file or a pipe")
            }
            // Nothing here needs cleaning up, so signals may end this at once.
            try receive(request, "exporting \(name)", signals: nil) { try RawOutput.write($0) }
            return 0
        }
        let signals = try NewVM.signals()
        let file = try PartialFile(
            target, defaultName: "\(name).aiu", mayReplace: arguments.flag("force"))
        let bytes = try receive(request, "exporting \(name)", signals: signals) { try file.write($0) }
        try file.finish()
        if session.isChatty { try session.write("'\(name)' is in \(file.path), \(SizeText.approximate(bytes))\n") }
        return 0
    }

    @discardableResult
    private func receive(
        _ request: Request, _ title: String, signals: SignalSource?, _ take: ([UInt8]) throws -> Void
    ) throws -> UInt64 {
        let idle = try session.timeout() ?? Self.idleLimit
        session.client.patience = Patience(limit: idle, signals: signals)
        let line = Progress.start(title, isQuiet: !session.showsProgress)
        defer { line.finish() }
        var archive = ArchiveSession(
            try session.client.frames(request), idleLimit: idle, signals: signals, purpose: request.purpose)
        var bytes: UInt64 = 0
        try archive.receive { part in
            try take(part)
            bytes += UInt64(part.count)
            line.update("\(title): \(SizeText.approximate(bytes))")
        }
        return bytes
    }

    // MARK: Import

    func importVM() throws -> Int32 {
        let arguments = session.arguments
        let source = try arguments.required("file")
        let name = try arguments.option("name").map(session.vmName)
        let input = try UploadSource(source, of: "an archive")
        let view: VMView = try input.send(
            Calls.importVM(as: name), "importing \(source == "-" ? "a VM" : source)", idleLimit: Self.idleLimit,
            session)
        let made = view.record.name
        try session.answer(
            try JSON(encoding: view), names: { [made.text] },
            table: { "'\(made)' is imported; `aiu start \(made)` starts it\n" })
        return 0
    }
}
