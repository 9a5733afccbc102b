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
    private static let partSize = 64 * 1024

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
        let input = try Self.open(source)
        let idle = try session.timeout() ?? Self.idleLimit
        let signals = try NewVM.signals()
        let request = Calls.importVM(as: name)
        session.client.patience = Patience(limit: idle, signals: signals)
        let title = "importing \(source == "-" ? "a VM" : source)"
        let line = Progress.start(title, isQuiet: !session.showsProgress)
        defer { line.finish() }
        var view: VMView
        do {
            var archive = ArchiveSession(
                try session.client.frames(request), idleLimit: idle, signals: signals, purpose: request.purpose)
            var bytes: UInt64 = 0
            view = try archive.send {
                let part = try Self.read(input, signals, request.purpose)
                bytes += UInt64(part.count)
                line.update("\(title): \(SizeText.approximate(bytes))")
                return part
            }
        } catch {
            throw Problem.ofCreation(error, hasConfiguration: false)
        }
        line.finish()
        let made = view.record.name
        try session.answer(
            try JSON(encoding: view), names: { [made.text] },
            table: { "'\(made)' is imported; `aiu start \(made)` starts it\n" })
        return 0
    }

    private static func open(_ path: String) throws -> FileDescriptor {
        guard path != "-" else {
            guard !RawTerminal.isTerminal(STDIN_FILENO) else {
                throw Problem(.usage, "standard input is a terminal; an archive comes from a file or a pipe")
            }
            return try FileDescriptor(owning: STDIN_FILENO).duplicate()
        }
        let file = try FileDescriptor.open(path, O_RDONLY)
        guard try file.metadata().st_mode & S_IFMT != S_IFDIR else {
            throw Problem(.badData, "\(path) is a directory; an archive is a file")
        }
        return file
    }

    /// The next part, empty at the end. A slow pipe does not keep signals from being heard.
    private static func read(
        _ input: borrowing FileDescriptor, _ signals: SignalSource, _ purpose: String
    ) throws -> [UInt8] {
        while true {
            try Patience(signals: signals).wait(for: input.raw, POLLIN, during: purpose)
            if let bytes = try input.read(upTo: partSize) { return bytes }
        }
    }
}
