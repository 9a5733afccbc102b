package import AIUModel
internal import AIUSystem
internal import Synchronization

extension AuditLog {
    /// Each holds a file of the audit in memory.
    private static let mostReaders = 8
    private static let piece = 256 << 10

    package func records(_ query: AuditQuery) async throws(Failure) -> [AuditRecord] {
        let search = AuditSearch(folder: folder, opener: people.opener)
        return try await reading { stop throws(Failure) in try search.records(query, stop) }
    }

    package func verify(expecting head: AuditHead?) async throws(Failure) -> AuditReport {
        try await reading { [self] stop throws(Failure) in
            let (files, own) = try snapshot()
            var verifier = AuditVerifier(key: key.publicKey, heads: [own] + (head.map { [$0] } ?? []))
            for file in files {
                try Self.goOn(stop)
                let bytes = try file.read()
                let goesOn = unsafe bytes.withUnsafeBytes { unsafe verifier.take($0, file: file.name) }
                guard goesOn else { break }
            }
            verifier.finish(file: files.last?.name ?? "", number: 0)
            return verifier.report
        }
    }

    package func export(
        readable: Bool, _ take: (consuming [UInt8]) async -> Bool
    ) async throws(Failure) {
        if readable {
            for person in people.all { guard await take(AuditOpener.line(person)) else { throw Self.left } }
        }
        let files = try await reading { [self] _ throws(Failure) in try snapshot().files }
        for file in files {
            var offset: Int64 = 0
            while offset < file.length {
                let from = offset
                let piece = try await reading { _ throws(Failure) in try file.read(from: from, upTo: Self.piece) }
                guard !piece.isEmpty else { break }
                offset += Int64(piece.count)
                guard await take(piece) else { throw Self.left }
            }
        }
    }

    static func goOn(_ stop: WorkThread.Stop) throws(Failure) {
        if stop.isAsked { throw left }
    }

    private static let left = Failure(.unavailable, "whoever asked for the audit has left")

    /// On a thread of its own.
    private func reading<Answer: Sendable>(
        _ body: @escaping @Sendable (WorkThread.Stop) throws(Failure) -> Answer
    ) async throws(Failure) -> Answer {
        guard readers.add(1, ordering: .relaxed).newValue <= Self.mostReaders else {
            readers.subtract(1, ordering: .relaxed)
            throw Failure(.unavailable, "\(Self.mostReaders) others read the audit now; try again in a moment")
        }
        let outcome = await WorkThread.run { stop in Result { () throws(Failure) in try body(stop) } }
        readers.subtract(1, ordering: .relaxed)
        guard let outcome else { throw Failure(.unavailable, "no thread is left to read the audit with") }
        return try outcome.get()
    }

    /// The files with the lengths that they have in one moment, and the end of that moment, as this process knows it.
    private func snapshot() throws(Failure) -> (files: [AuditFile], end: AuditHead) {
        try end.withLock { end throws(Failure) in
            try end.synchronize()
            return (try folder.files(), end.head)
        }
    }
}
