internal import AIUModel
internal import AIUSystem
internal import CLinux
internal import Glibc

/// The right to be the one supervisor of a state directory. Held by the kernel for the process, so never stale.
struct StateLock: ~Copyable {
    private let file: FileDescriptor

    init(_ path: String) throws(Failure) {
        do {
            let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
            guard aiu_lock_exclusive(file.raw) == 0 else {
                let holder = String(decoding: try file.readToEnd(limit: 32), as: UTF8.self)
                throw Failure(
                    .conflict,
                    "another aiud (process \(holder)) serves this state directory already; `aiu system stop` ends it")
            }
            try file.truncate(to: 0)
            try file.writeAll(Array("\(getpid())".utf8))
            self.file = file
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.denied, "cannot lock the state directory: \(error)")
        }
    }
}
