internal import AIUSystem
internal import Glibc

/// A little of the disk, kept for the time when it is full: what makes room, such as deleting a VM, must be recorded too.
struct AuditReserve {
    static let bytes = 1 << 20

    let path: String

    /// Takes it again where there is room.
    func fill() {
        // One that a kill left empty is filled as well.
        if let size = try? Files.metadata(path).st_size, size >= Self.bytes { return }
        // Without it the audit works as well, until the disk is full.
        guard let file = try? FileDescriptor.open(path, O_WRONLY | O_CREAT | O_NOFOLLOW) else { return }
        if posix_fallocate(file.raw, 0, off_t(Self.bytes)) != 0 { _ = unsafe unlink(path) }
    }

    /// Gives it up; false when there was none.
    func give() -> Bool { unsafe unlink(path) == 0 }
}
