internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// A file, or standard input, that the person who types may read and the supervisor is sent.
struct UploadSource: ~Copyable {
    private static let partSize = 64 * 1024

    private let file: FileDescriptor

    /// `what` is what it should be, such as "an archive".
    init(_ path: String, of what: String) throws {
        guard path != "-" else {
            guard !RawTerminal.isTerminal(STDIN_FILENO) else {
                throw Problem(.usage, "standard input is a terminal; \(what) comes from a file or a pipe")
            }
            file = try FileDescriptor(owning: STDIN_FILENO).duplicate()
            return
        }
        let file = try FileDescriptor.open(path, O_RDONLY)
        guard try file.metadata().st_mode & S_IFMT != S_IFDIR else {
            throw Problem(.badData, "\(path) is a directory; \(what) is a file")
        }
        self.file = file
    }

    /// Nil where only the end tells.
    func size() throws -> ByteCount? {
        let information = try file.metadata()
        guard information.st_mode & S_IFMT == S_IFREG else { return nil }
        return ByteCount(bytes: UInt64(max(0, information.st_size)))
    }

    /// Sends all of it, under a line that says how far it is; `whole` ends that line. What the supervisor made of it.
    func send<Answer: Decodable>(
        _ request: Request, _ title: String, whole: String = "", idleLimit: Duration, _ session: Session
    ) throws -> Answer {
        let idle = try session.timeout() ?? idleLimit
        let signals = try NewVM.signals()
        session.client.patience = Patience(limit: idle, signals: signals)
        let line = Progress.start(title, isQuiet: !session.showsProgress)
        defer { line.finish() }
        do {
            var upload = ArchiveSession(
                try session.client.frames(request), idleLimit: idle, signals: signals, purpose: request.purpose)
            var bytes: UInt64 = 0
            return try upload.send {
                let part = try next(signals, request.purpose)
                bytes += UInt64(part.count)
                line.update("\(title): \(SizeText.approximate(bytes))\(whole)")
                return part
            }
        } catch {
            throw Problem.ofCreation(error, hasConfiguration: false)
        }
    }

    /// The next part, empty at the end. A slow pipe does not keep signals from being heard.
    private func next(_ signals: SignalSource, _ purpose: String) throws -> [UInt8] {
        while true {
            try Patience(signals: signals).wait(for: file.raw, POLLIN, during: purpose)
            if let bytes = try file.read(upTo: Self.partSize) { return bytes }
        }
    }
}
