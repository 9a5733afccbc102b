internal import AIUClient
internal import AIUCommandLine
internal import AIUDigest
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// Fetches a file with the program `curl`, and goes on where an earlier attempt ended.
struct ModelDownload: ~Copyable {
    /// What curl ends with when the connection broke, or nobody answered in time.
    private static let interruptions: Set<Int32> = [18, 28, 52, 55, 56]
    /// What it ends with when the server cannot go on in the middle.
    private static let noResumption: Set<Int32> = [33, 36]
    private static let tooLarge: Int32 = 63
    private static let noRoom: Int32 = 23
    private static let httpError: Int32 = 22
    /// Attempts in a row that brought nothing, and beginnings.
    private static let mostIdleAttempts = 3
    private static let glance: Duration = .milliseconds(200)
    private static let piece = 1 << 20
    private static let longestTags = 16 << 10
    private static let longestComplaint = 4096

    private let address: ModelAddress
    private let most: ByteCount
    private let signals: SignalSource
    /// Whether somebody compares the digest of the whole.
    private let isCompared: Bool
    private let part: String
    /// What the server calls the file that `part` is the beginning of.
    private let tag: String
    /// What was fetched to its end.
    let whole: String
    /// Held as long as it lives, so that two never write to the same file.
    private let lock: FileDescriptor

    /// `folder` is the person's own.
    init(
        _ address: ModelAddress, in folder: String, key: String, atMost most: ByteCount, isCompared: Bool,
        _ signals: SignalSource
    ) throws {
        try Files.makeFolder(folder, mode: 0o700)
        lock = try Self.lock("\(folder)/\(key).lock", address)
        part = "\(folder)/\(key).part"
        tag = "\(folder)/\(key).etag"
        whole = "\(folder)/\(key).whole"
        self.address = address
        self.most = most
        self.isCompared = isCompared
        self.signals = signals
    }

    private static func lock(_ path: String, _ address: ModelAddress) throws -> FileDescriptor {
        let lock = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
        guard flock(lock.raw, LOCK_EX | LOCK_NB) == 0 else {
            throw Problem(.tryAgain, "\(address.shown) is being fetched by another aiu already")
        }
        return lock
    }

    /// Fetches what is missing. `tell` hears how much is there.
    func run(_ tell: (UInt64) -> Void) throws {
        if Files.exists(whole) { return }
        if size > 0, !canGoOn { try forgetPart() }
        var idle = 0
        var beginnings = 0
        while true {
            let before = size
            let (ended, complaint) = try attempt(tell)
            // What came faster than anybody looked.
            let status = ended == 0 && size > most.bytes ? Self.tooLarge : ended
            if status == 0 { break }
            let isRefused =
                Self.noResumption.contains(status) || (status == Self.httpError && complaint.contains("416"))
            guard isRefused && before > 0 || Self.interruptions.contains(status) else {
                throw failure(status, complaint)
            }
            if isRefused || !canGoOn {
                // It is another file by now, or nobody can go on in its middle: from the beginning, but not for ever.
                try forgetPart()
                beginnings += 1
                guard beginnings < Self.mostIdleAttempts else { throw failure(status, complaint) }
                continue
            }
            idle = size > before ? 0 : idle + 1
            guard idle < Self.mostIdleAttempts else { throw failure(status, complaint) }
        }
        try Files.rename(part, to: whole)
    }

    /// Forgets what was fetched.
    func remove() throws {
        try forgetPart()
        try Files.remove(whole)
    }

    /// The SHA-256 of what was fetched, in pieces, so that Ctrl-C ends the reading of gigabytes.
    func digest() throws -> String {
        let file = try FileDescriptor.open(whole, O_RDONLY)
        var digest = SHA256()
        while let bytes = try file.read(upTo: Self.piece), !bytes.isEmpty {
            digest.update(bytes)
            if let signal = signals.take() { throw ClientError.interrupted(signal: signal) }
        }
        return digest.hex()
    }

    /// Whether the next run need not fetch everything again.
    var isKept: Bool { Files.exists(whole) || size > 0 && canGoOn }

    private func forgetPart() throws {
        for path in [part, tag] { try Files.remove(path) }
    }

    /// Going on could join two files, unless the server is told which one is meant, or the whole is compared.
    private var canGoOn: Bool { isCompared || entityTag != nil }

    private var entityTag: EntityTag? {
        // Without one the file is as good as changed.
        guard let saved = try? Files.read(tag, limit: Self.longestTags) else { return nil }
        return EntityTag(saved: saved)
    }

    private var size: UInt64 {
        // Nothing is there before the first byte.
        guard let metadata = try? Files.metadata(part) else { return 0 }
        return UInt64(max(0, metadata.st_size))
    }

    private func attempt(_ tell: (UInt64) -> Void) throws -> (status: Int32, complaint: String) {
        let log = "\(part).log"
        defer { try? Files.remove(log) }  // the next attempt begins it anew
        let errors = try FileDescriptor.open(log, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
        var request = SpawnRequest(
            try Self.program(), arguments, environment: ProcessEnvironment.all.map { "\($0.key)=\($0.value)" })
        // It has the lock as well: should it outlive us, nobody else writes to its file.
        request.descriptors = [-1, -1, errors.raw, lock.raw]
        request.deathSignal = SIGTERM
        // Ctrl-C is for us; curl is ended by us.
        request.newSession = true
        let child = try Child.spawn(request)
        while true {
            do throws(ClientError) {
                try Patience(limit: Self.glance, signals: signals).wait(
                    for: child.pidfd.raw, POLLIN, during: "fetching")
                break
            } catch {
                guard case .timedOut = error else {
                    try end(child)
                    throw error
                }
            }
            tell(size)
            guard size <= most.bytes else {
                try end(child)
                return (Self.tooLarge, "")
            }
        }
        guard case .exited(let status) = try child.wait() else { return (-1, "curl was ended") }
        let text = String(decoding: try Files.read(log, limit: Self.longestComplaint), as: UTF8.self)
        return (status, text)
    }

    private func end(_ child: borrowing Child) throws {
        try child.signal(SIGTERM)
        _ = try child.wait()
    }

    private var arguments: [String] {
        [
            // First, so that no file of the person's changes what the rest means.
            "--disable", "--silent", "--show-error", "--fail", "--globoff", "--location", "--max-redirs", "5",
            "--proto", "=https,http,file", "--proto-redir", address.redirections, "--connect-timeout", "30",
            "--speed-limit", "1", "--speed-time", "60", "--max-filesize", String(most.bytes), "--continue-at", "-",
        ] + identity + ["--output", part, "--url", address.text]
    }

    /// Of a file that is begun, what it is called is kept; of one that goes on, it is asked for.
    private var identity: [String] {
        if size == 0 { return ["--etag-save", tag] }
        return entityTag.map { ["--header", "If-Range: \($0.text)"] } ?? []
    }

    private func failure(_ status: Int32, _ complaint: String) -> Problem {
        switch status {
        case Self.tooLarge:
            // A bound that is raised begins anew: what came may be anything.
            try? remove()
            return Problem(
                .badData,
                "\(address.shown) is larger than \(SizeText.approximate(most.bytes)); `--most` allows more")
        case Self.noRoom:
            return Problem(.cannotCreate, "there is no room for \(address.shown) at \(part)")
        case _:
            // `curl: (22) The requested …`: the words are for people, the number is not.
            let words = complaint.split(separator: "\n").last.map(String.init) ?? "curl ended with status \(status)"
            let sentence = words.split(separator: ") ", maxSplits: 1).last.map(String.init) ?? words
            let kept = isKept ? "; \(SizeText.approximate(size)) of it are kept, the same command goes on there" : ""
            return Problem(.unavailable, "cannot fetch \(address.shown): \(SafeText.line(sentence))\(kept)")
        }
    }

    private static func program() throws -> String {
        let folders = (ProcessEnvironment.value("PATH") ?? "/usr/bin:/bin").split(separator: ":")
        guard let folder = folders.first(where: { unsafe access("\($0)/curl", X_OK) == 0 }) else {
            throw Problem(.unavailable, "`curl` is missing, which fetches models (Debian package: curl)")
        }
        return "\(folder)/curl"
    }
}
