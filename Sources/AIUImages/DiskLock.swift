internal import AIUSystem
internal import Glibc

/// Whether a QEMU has a disk open. Two writers on one ext4 would destroy it.
enum DiskLock {
    /// F_OFD_GETLK, which Glibc shows only to GNU programs.
    private static let getLock: Int32 = 36
    /// QEMU locks single bytes from here on for what it does to an image.
    private static let start: off_t = 100
    private static let length: off_t = 200

    static func isHeld(_ path: String) throws(SystemError) -> Bool {
        let file = try FileDescriptor.open(path, O_RDWR)
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = start
        lock.l_len = length
        let raw = file.raw
        try SystemError.checkErrno(unsafe fcntl(raw, getLock, &lock), "look for a lock on", path)
        return lock.l_type != Int16(F_UNLCK)
    }
}
