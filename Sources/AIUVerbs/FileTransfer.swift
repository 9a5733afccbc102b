internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import AIUTransfer
internal import AIUWire

/// Moves files and trees into and out of a VM that runs.
struct FileTransfer {
    private let session: Session
    private let idleLimit: Duration
    private let signals: SignalSource

    /// `idleLimit` is how long nothing may move.
    init(_ session: Session, idleLimit: Duration, signals: SignalSource) {
        self.session = session
        self.idleLimit = idleLimit
        self.signals = signals
    }

    /// `source` is what the person called it.
    func copyIn(
        _ sender: TreeSender, as request: PutRequest, from source: String, into name: VMName
    ) throws -> TransferSummary {
        let purpose = "copying \(source) into '\(name)'"
        let line = Progress.start(purpose, isQuiet: !session.showsProgress)
        defer { line.finish() }
        let stream = try session.client.operation(.put(request), in: name, purpose: purpose)
        var transfer = TransferSession(stream, idleLimit: idleLimit, signals: signals, purpose: purpose)
        return try transfer.send(sender) { line.update(Self.progress(purpose, $0.bytes)) }
    }

    func copyOut(_ path: String, of name: VMName, to destination: consuming Destination) throws -> TransferSummary {
        let purpose = "copying \(path) out of '\(name)'"
        let line = Progress.start(purpose, isQuiet: !session.showsProgress)
        defer { line.finish() }
        let stream = try session.client.operation(.get(GetRequest(path: path)), in: name, purpose: purpose)
        let receiver = try TreeReceiver(at: destination)
        var transfer = TransferSession(stream, idleLimit: idleLimit, signals: signals, purpose: purpose)
        return try transfer.receive(receiver) { line.update(Self.progress(purpose, $0)) }
    }

    private static func progress(_ purpose: String, _ bytes: UInt64) -> String {
        "\(purpose): \(SizeText.approximate(bytes))"
    }
}
