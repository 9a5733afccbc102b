internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import AIUSystem
internal import AIUTransfer
internal import AIUWire
internal import Glibc

/// `aiu cp`.
struct CopyVerb {
    private let session: Session
    private let idleLimit: Duration
    private let signals: SignalSource

    init(_ session: Session) throws {
        self.session = session
        idleLimit = try session.timeout() ?? Session.usualWait
        signals = try NewVM.signals()
        session.client.patience = Patience(limit: idleLimit, signals: signals)
    }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let source = try arguments.required("source")
        let target = try arguments.required("target")
        switch (CopyPlace(source), CopyPlace(target)) {
        case (.here(let from), .inVM(let name, let path)): try copyIn(from, try session.vmName(name), path)
        case (.inVM(let name, let path), .here(let to)): try copyOut(try session.vmName(name), path, to)
        case (.here, .here):
            throw arguments.error("neither \(source) nor \(target) is in a VM; write VM:PATH for one of them")
        case (.inVM, .inVM):
            throw arguments.error("both places are in VMs; copy to a path here first, and from there")
        }
        return 0
    }

    private func copyIn(_ source: String, _ name: VMName, _ path: String) throws {
        let sender = try TreeSender(path: source)
        guard try isStopped(name) else {
            guard let own = try Self.ownName(source) else {
                throw Problem(.usage, "\(source) has no name to copy it as")
            }
            let request = PutRequest(
                path: path.isEmpty ? "." : path, name: own, intoFolder: path.isEmpty || path.hasSuffix("/"))
            let purpose = "copying \(source) into '\(name)'"
            let line = Progress.start(purpose, isQuiet: !session.showsProgress)
            defer { line.finish() }
            let stream = try session.client.operation(.put(request), in: name, purpose: purpose)
            var transfer = TransferSession(stream, idleLimit: idleLimit, signals: signals, purpose: purpose)
            let summary = try transfer.send(sender) { line.update(Self.progress(purpose, $0.bytes)) }
            line.finish()
            try tell(summary)
            return
        }
        let bytes = try FileArgument(source, limit: Client.longestFile).bytes
        let target = path.hasSuffix("/") ? path + (try Self.ownName(source) ?? "") : path
        _ = try session.progress("writing into the disk of '\(name)'") {
            try session.client.bytes(Calls.writeFile(try absolute(target), bytes, of: name))
        }
        try tell(TransferSummary(entries: 1, bytes: UInt64(bytes.count)))
    }

    private func copyOut(_ name: VMName, _ path: String, _ target: String) throws {
        guard !path.isEmpty else { throw Problem(.usage, "which file of '\(name)'? Write \(name):PATH") }
        // "demo:." and "demo:/" have no name of their own; the VM's serves.
        let own = CopyPlace.lastComponent(path) ?? name.text
        guard try isStopped(name) else {
            let destination = try Destination(path: target, sourceName: own, intoFolder: target.hasSuffix("/"))
            let purpose = "copying \(path) out of '\(name)'"
            let line = Progress.start(purpose, isQuiet: !session.showsProgress)
            defer { line.finish() }
            let stream = try session.client.operation(.get(GetRequest(path: path)), in: name, purpose: purpose)
            let receiver = try TreeReceiver(at: destination)
            var transfer = TransferSession(stream, idleLimit: idleLimit, signals: signals, purpose: purpose)
            let summary = try transfer.receive(receiver) { line.update(Self.progress(purpose, $0)) }
            line.finish()
            try tell(summary)
            return
        }
        let bytes = try session.progress("reading from the disk of '\(name)'") {
            try session.client.bytes(Calls.readFile(try absolute(path), of: name), limit: Client.longestFile)
        }
        let file = Self.isFolder(target) ? "\(target)/\(own)" : target
        try Files.replace(file, with: bytes, mode: 0o644)
        try tell(TransferSummary(entries: 1, bytes: UInt64(bytes.count)))
    }

    private func isStopped(_ name: VMName) throws -> Bool {
        let view: VMView = try session.client.value(Calls.inspect(name))
        return !view.record.phase.isActive
    }

    /// Of a stopped VM there is no working directory.
    private func absolute(_ path: String) throws -> String {
        guard path.hasPrefix("/") else {
            throw Problem(.usage, "the VM does not run, so the path in it must be absolute, not '\(path)'")
        }
        return path
    }

    /// The name that a thing keeps when it is copied into a folder.
    private static func ownName(_ path: String) throws -> String? {
        if let name = CopyPlace.lastComponent(path) { return name }
        // "." and ".." mean the folder's own name, as for cp.
        guard let real = unsafe realpath(path, nil) else { throw SystemError("examine", path, code: .current) }
        defer { unsafe free(real) }
        return CopyPlace.lastComponent(unsafe String(cString: real))
    }

    private static func isFolder(_ path: String) -> Bool {
        var information = stat()
        return unsafe stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
    }

    private static func progress(_ purpose: String, _ bytes: UInt64) -> String {
        "\(purpose): \(SizeText.approximate(bytes))"
    }

    private func tell(_ summary: TransferSummary) throws {
        for warning in summary.warnings { Program.tell(warning) }
        guard session.isChatty else { return }
        let what = summary.entries == 1 ? "1 entry" : "\(summary.entries) entries"
        try session.write("copied \(what), \(SizeText.approximate(summary.bytes))\n")
    }
}
