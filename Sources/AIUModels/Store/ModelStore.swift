internal import AIUDigest
package import AIUModel
internal import AIUSystem
internal import Dispatch
internal import Glibc

/// Models as files named by their SHA-256, in one folder. Whatever is not whole, or not decided yet, has a name that
/// begins with a dot.
package final class ModelStore: ModelFiles {
    private let folder: String
    /// Threads for work that blocks for as long as a client or a disk takes.
    private let queue = DispatchQueue(label: "aiu.models", qos: .utility, attributes: .concurrent)

    /// Makes the folder and removes what an earlier process left half written.
    package init(folder: String) throws(Failure) {
        self.folder = folder
        do throws(ModelError) {
            try ModelError.attempting("prepare the folder of models") { () throws(SystemError) in
                try Files.makeFolder(folder)
                for name in try Files.names(in: folder) where name.hasPrefix(ModelFileName.incoming) {
                    try Files.remove("\(folder)/\(name)")
                }
            }
        } catch {
            throw error.failure
        }
    }

    package func receive(
        announced: ByteCount?, _ next: @escaping @Sendable (Int) throws(Failure) -> [UInt8]
    ) async throws(Failure) -> ReceivedModel {
        try await run { [folder] () throws(ModelError) in
            let incoming = ModelFileName.newIncoming()
            do throws(ModelError) {
                let (hex, size, summary) = try ModelIntake(incoming, in: folder, next).receive(announced: announced)
                guard let digest = ModelDigest(hex) else {
                    throw ModelError(ModelIntake.attempt, .refused(.internalError, "its digest is none"))
                }
                let pending = PendingModel(digest: digest, file: ModelFileName.newPending(digest))
                try ModelError.attempting(ModelIntake.attempt) { () throws(SystemError) in
                    try Files.rename("\(folder)/\(incoming)", to: "\(folder)/\(pending.file)")
                }
                return ReceivedModel(pending: pending, size: ByteCount(bytes: size), summary: summary)
            } catch {
                unsafe unlink("\(folder)/\(incoming)")
                throw error
            }
        }
    }

    package func place(_ model: PendingModel) throws(Failure) {
        try now(ModelIntake.attempt) { () throws(SystemError) in
            try Files.rename("\(folder)/\(model.file)", to: path(of: model.digest))
            try synchronize()
        }
    }

    package func withdraw(_ digest: ModelDigest) throws(Failure) -> PendingModel? {
        try now("remove the model") { () throws(SystemError) in
            let pending = PendingModel(digest: digest, file: ModelFileName.newPending(digest))
            do throws(SystemError) {
                try Files.rename(path(of: digest), to: "\(folder)/\(pending.file)")
            } catch {
                if error.code == .noSuchFile { return nil }
                throw error
            }
            try synchronize()
            return pending
        }
    }

    package func discard(_ model: PendingModel) async throws(Failure) {
        try await run { [folder] () throws(ModelError) in
            try ModelError.attempting("remove a model's file") { () throws(SystemError) in
                try Files.remove("\(folder)/\(model.file)")
            }
        }
    }

    package func settle(wanted: Set<ModelDigest>) async throws(Failure) -> [String] {
        try await run { [self] () throws(ModelError) in
            try ModelError.attempting("put the models right") { () throws(SystemError) in
                var repairs: [String] = []
                for name in try Files.names(in: folder) {
                    guard let digest = ModelFileName.digest(ofPending: name) else { continue }
                    if wanted.contains(digest) {
                        try Files.rename("\(folder)/\(name)", to: path(of: digest))
                        repairs.append("put the model \(digest.short) in its place, which was interrupted")
                    } else {
                        try Files.remove("\(folder)/\(name)")
                        repairs.append("removed the model \(digest.short), which has no name")
                    }
                }
                try synchronize()
                for digest in wanted.sorted() where !Files.exists(path(of: digest)) {
                    repairs.append("the file of the model \(digest.short) is missing; remove it and add it again")
                }
                return repairs
            }
        }
    }

    package func stored() async throws(Failure) -> [ModelDigest: ByteCount] {
        try await run { [folder] () throws(ModelError) in
            try ModelError.attempting("look at the models") { () throws(SystemError) in
                var sizes: [ModelDigest: ByteCount] = [:]
                for name in try Files.names(in: folder) {
                    guard let digest = ModelFileName.digest(ofPlaced: name) else { continue }
                    var information = stat()
                    // What vanishes while we look takes nothing.
                    guard unsafe lstat("\(folder)/\(name)", &information) == 0 else { continue }
                    sizes[digest] = ByteCount(bytes: UInt64(information.st_blocks) * 512)
                }
                return sizes
            }
        }
    }

    package func path(of digest: ModelDigest, size: ByteCount, added: Int64) async throws(Failure) -> String {
        try await run { [self] () throws(ModelError) in
            let attempt = "use the model"
            let file = try open(digest, size, attempt)
            let metadata = try ModelError.attempting(attempt) { () throws(SystemError) in try file.metadata() }
            guard metadata.st_mode & Self.writers == 0 else {
                throw ModelError(
                    attempt,
                    .refused(
                        .damaged,
                        "its file \(path(of: digest)) can be written to; `chmod a-w` ends that, and `aiu model verify` says "
                            + "whether it is what was added"))
            }
            let written = Int64(metadata.st_mtim.tv_sec) * 1000 + Int64(metadata.st_mtim.tv_nsec) / 1_000_000
            if written > added {
                try compare(file, digest, attempt)
                // Looked at; the next start need not read it again. Where that cannot be noted, it will.
                let seconds = timespec(tv_sec: Int(added / 1000), tv_nsec: 0)
                unsafe futimens(file.raw, [seconds, seconds])
            }
            return path(of: digest)
        }
    }

    package func verify(_ digest: ModelDigest, size: ByteCount) async throws(Failure) {
        try await run { [self] () throws(ModelError) in
            let attempt = "verify the model"
            try compare(try open(digest, size, attempt), digest, attempt)
        }
    }

    /// A model's file, which has the size that it had when it was added.
    private func open(
        _ digest: ModelDigest, _ size: ByteCount, _ attempt: String
    ) throws(ModelError) -> FileDescriptor {
        let file = try open(path(of: digest), attempt)
        let found = try ModelError.attempting(attempt) { () throws(SystemError) in UInt64(try file.metadata().st_size) }
        guard found == size.bytes else {
            throw ModelError(
                attempt, .refused(.damaged, "it has \(found) bytes instead of \(size.bytes); \(Self.remedy)"))
        }
        return file
    }

    private func open(_ path: String, _ attempt: String) throws(ModelError) -> FileDescriptor {
        do throws(SystemError) {
            return try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        } catch {
            guard error.code == .noSuchFile else { throw ModelError(attempt, .system(error)) }
            throw ModelError(attempt, .refused(.damaged, "its file \(path) is missing; \(Self.remedy)"))
        }
    }

    private func compare(
        _ file: borrowing FileDescriptor, _ digest: ModelDigest, _ attempt: String
    ) throws(ModelError) {
        let hex = try ModelError.attempting(attempt) { () throws(SystemError) in try SHA256.hex(of: file) }
        guard hex == digest.hex else {
            throw ModelError(
                attempt, .refused(.damaged, "its SHA-256 is \(hex) instead of \(digest); \(Self.remedy)"))
        }
    }

    private static let writers: mode_t = 0o222
    private static let remedy = "remove it with `aiu model rm` and add it again"

    private func path(of digest: ModelDigest) -> String { "\(folder)/\(ModelFileName.placed(digest))" }

    /// A rename lasts when its folder is on the disk.
    private func synchronize() throws(SystemError) {
        try FileDescriptor.open(folder, O_RDONLY | O_DIRECTORY).synchronize()
    }

    private func now<Success>(
        _ attempt: String, _ body: () throws(SystemError) -> Success
    ) throws(Failure) -> Success {
        do throws(ModelError) {
            return try ModelError.attempting(attempt, body)
        } catch {
            throw error.failure
        }
    }

    private func run<Success: Sendable>(
        _ body: @escaping @Sendable () throws(ModelError) -> Success
    ) async throws(Failure) -> Success {
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result { () throws(ModelError) in try body() }) }
        }
        do throws(ModelError) {
            return try result.get()
        } catch {
            throw error.failure
        }
    }
}
