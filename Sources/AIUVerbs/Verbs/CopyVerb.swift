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
    private let transfer: FileTransfer

    init(_ session: Session) throws {
        self.session = session
        let idleLimit = try session.timeout() ?? Session.usualWait
        let signals = try NewVM.signals()
        transfer = FileTransfer(session, idleLimit: idleLimit, signals: signals)
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
            let request = PutRequest(
                path: path.isEmpty ? "." : path, name: try GivenFiles.ownName(source),
                intoFolder: path.isEmpty || path.hasSuffix("/"))
            return try tell(try transfer.copyIn(sender, as: request, from: source, into: name))
        }
        let bytes = try FileArgument(source, limit: Client.longestFile).bytes
        let target = path.hasSuffix("/") ? path + (try GivenFiles.ownName(source)) : path
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
            return try tell(try transfer.copyOut(path, of: name, to: destination))
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

    private static func isFolder(_ path: String) -> Bool {
        var information = stat()
        return unsafe stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
    }

    private func tell(_ summary: TransferSummary) throws {
        for warning in summary.warnings { Program.tell(warning) }
        guard session.isChatty else { return }
        let what = summary.entries == 1 ? "1 entry" : "\(summary.entries) entries"
        try session.write("copied \(what), \(SizeText.approximate(summary.bytes))\n")
    }
}
