internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// `aiu model add`: reads a file as the person who types, and sends it to the supervisor.
struct AddModelVerb {
    /// The last write to a slow disk.
    private static let idleLimit: Duration = .seconds(60)
    private static let partSize = 64 * 1024

    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let source = try session.arguments.required("file")
        let name = try name(for: source)
        let role = try session.arguments.option("use").map(ModelVerb.role)
        let input = try Self.open(source)
        let size = try Self.size(of: input)
        let view = try send(input, AddModel(name: name, role: role, size: size), source)
        try session.answer(
            try JSON(encoding: view), names: { [name.text] },
            table: {
                let summary = view.record.summary
                let size = SizeText.approximate(view.record.size.bytes)
                let use = role.map { ", used for \($0.rawValue)" } ?? ""
                return "'\(name)' is added: \(summary.architecture), \(CountText.approximate(summary.parameters)) "
                    + "parameters, \(summary.quantisation), \(size)\(use)\n"
            })
        return 0
    }

    private func name(for source: String) throws -> ModelName {
        if let text = session.arguments.option("name") { return try ModelVerb.name(text) }
        guard source != "-", let name = ModelName(forFile: source) else {
            throw session.arguments.error("name the model with `--name`")
        }
        return name
    }

    private func send(_ input: borrowing FileDescriptor, _ order: AddModel, _ source: String) throws -> ModelView {
        let idle = try session.timeout() ?? Self.idleLimit
        let signals = try NewVM.signals()
        let request = Calls.addModel(order)
        session.client.patience = Patience(limit: idle, signals: signals)
        let title = "adding \(source == "-" ? "'\(order.name)'" : source)"
        let line = Progress.start(title, isQuiet: !session.showsProgress)
        defer { line.finish() }
        let whole = order.size.map { " of \(SizeText.approximate($0.bytes))" } ?? ""
        do {
            var upload = ArchiveSession(
                try session.client.frames(request), idleLimit: idle, signals: signals, purpose: request.purpose)
            var bytes: UInt64 = 0
            return try upload.send {
                try Patience(signals: signals).wait(for: input.raw, POLLIN, during: request.purpose)
                // A regular file or a blocking pipe that is ready always gives something.
                let part = try input.read(upTo: Self.partSize) ?? []
                bytes += UInt64(part.count)
                line.update("\(title): \(SizeText.approximate(bytes))\(whole)")
                return part
            }
        } catch {
            throw Problem.ofCreation(error, hasConfiguration: false)
        }
    }

    private static func open(_ path: String) throws -> FileDescriptor {
        guard path != "-" else {
            guard !RawTerminal.isTerminal(STDIN_FILENO) else {
                throw Problem(.usage, "standard input is a terminal; a model comes from a file or a pipe")
            }
            return try FileDescriptor(owning: STDIN_FILENO).duplicate()
        }
        let file = try FileDescriptor.open(path, O_RDONLY)
        guard try file.metadata().st_mode & S_IFMT != S_IFDIR else {
            throw Problem(.badData, "\(path) is a directory; a model is a file")
        }
        return file
    }

    /// Nil where only the end tells.
    private static func size(of file: borrowing FileDescriptor) throws -> ByteCount? {
        let information = try file.metadata()
        guard information.st_mode & S_IFMT == S_IFREG else { return nil }
        return ByteCount(bytes: UInt64(max(0, information.st_size)))
    }
}
