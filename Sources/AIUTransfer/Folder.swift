internal import AIUSystem
internal import Glibc

/// An open folder. Everything in it is reached by one name at a time, so no link can redirect a step.
final class Folder {
    let descriptor: FileDescriptor

    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    func metadata(of name: String) throws(SystemError) -> stat {
        var information = stat()
        let result = unsafe fstatat(descriptor.raw, name, &information, AT_SYMLINK_NOFOLLOW)
        try SystemError.checkErrno(result, "examine", name)
        return information
    }

    func exists(_ name: String) -> Bool {
        var information = stat()
        return unsafe fstatat(descriptor.raw, name, &information, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// Non-blocking, so that a FIFO put in a file's place cannot hold the copy up.
    func openFile(_ name: String) throws(SystemError) -> FileDescriptor {
        try descriptor.open(beneath: name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    }

    func openFolder(_ name: String) throws(SystemError) -> Folder {
        Folder(try descriptor.open(beneath: name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW))
    }

    func create(_ name: String) throws(SystemError) -> FileDescriptor {
        try descriptor.open(beneath: name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
    }

    func rename(_ name: String, to target: String) throws(SystemError) {
        let result = unsafe renameat(descriptor.raw, name, descriptor.raw, target)
        try SystemError.checkErrno(result, "rename", name)
    }

    func remove(_ name: String) {
        // Only ever a temporary name of ours; when it is gone there is nothing to do.
        _ = unsafe unlinkat(descriptor.raw, name, 0)
    }

    func makeLink(_ name: String, target: String) throws(SystemError) {
        try SystemError.checkErrno(unsafe symlinkat(target, descriptor.raw, name), "make the link", name)
    }

    /// True when the folder is new, false when it was there.
    func makeFolder(_ name: String) throws(SystemError) -> Bool {
        if unsafe mkdirat(descriptor.raw, name, 0o700) == 0 { return true }
        guard Errno.current == .exists else { throw SystemError("make the folder", name, code: .current) }
        return false
    }

    func linkTarget(of name: String) throws(SystemError) -> String {
        let limit = TransferLimits.longestPath + 1
        var count = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
            count = unsafe buffer.withMemoryRebound(to: CChar.self) { chars in
                guard let base = chars.baseAddress else { return -1 }
                return unsafe readlinkat(descriptor.raw, name, base, limit)
            }
            initialized = max(count, 0)
        }
        try SystemError.checkErrno(count, "read the link", name)
        return String(decoding: bytes, as: UTF8.self)
    }

    func setOwner(_ owner: Owner, of name: String) throws(SystemError) {
        let result = unsafe fchownat(descriptor.raw, name, owner.user, owner.group, AT_SYMLINK_NOFOLLOW)
        try SystemError.checkErrno(result, "give away", name)
    }

    func setModified(_ milliseconds: Int64, of name: String) throws(SystemError) {
        let times = times(milliseconds)
        let result = unsafe utimensat(descriptor.raw, name, times, AT_SYMLINK_NOFOLLOW)
        try SystemError.checkErrno(result, "date", name)
    }

    /// The names in the folder, sorted.
    func names(limit: Int) throws(SystemError) -> [String] {
        // A fresh description: the position of the listing must not be shared.
        let copy = try descriptor.open(beneath: ".", O_RDONLY | O_DIRECTORY).release()
        guard let listing = unsafe fdopendir(copy) else {
            let code = Errno.current
            close(copy)
            throw SystemError("list a folder", code: code)
        }
        defer { unsafe closedir(listing) }
        var names: [String] = []
        while let entry = unsafe readdir(listing) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            guard name != ".", name != ".." else { continue }
            guard names.count < limit else { throw SystemError("list a folder", code: Errno(EOVERFLOW)) }
            names.append(name)
        }
        return names.sorted()
    }
}

/// Access and modification time for `utimensat`: the former is left alone.
func times(_ milliseconds: Int64) -> [timespec] {
    let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    let rest = milliseconds - seconds * 1000
    return [
        timespec(tv_sec: 0, tv_nsec: utimeOmit),
        timespec(tv_sec: Int(seconds), tv_nsec: Int(rest) * 1_000_000),
    ]
}

/// `UTIME_OMIT`, a macro that Swift does not import.
private let utimeOmit = (1 << 30) - 2
