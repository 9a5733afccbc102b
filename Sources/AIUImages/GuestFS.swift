package import AIUModel
internal import AIUSystem
internal import CGuestFS
internal import Glibc

/// A libguestfs handle: a small VM of its own that looks into disks, so that the host's kernel never mounts what a guest
/// wrote. Closed when it goes out of scope. Blocks for seconds; belongs to one thread.
@safe package struct GuestFS: ~Copyable {
    /// What becomes of written blocks before the disk is handed over.
    package enum Caching: String, Sendable {
        /// Nothing is flushed: for disks that nobody needs if this fails.
        case unsafe
        case writeback
    }

    private let handle: OpaquePointer

    package init() throws(GuestFSError) {
        guard let handle = unsafe aiu_guestfs_create() else {
            throw GuestFSError("make a handle", "out of memory", code: .current)
        }
        unsafe self.handle = handle
        // The default handler prints to stderr.
        unsafe guestfs_set_error_handler(handle, nil, nil)
    }

    deinit { unsafe guestfs_close(handle) }

    /// Called before `launch`.
    package func configure(
        cacheDirectory: String, temporaryDirectory: String, forceTCG: Bool, memoryMebibytes: Int32
    ) throws(GuestFSError) {
        let call = "be configured"
        try check(unsafe guestfs_set_backend(handle, "direct"), call)
        if forceTCG { try check(unsafe guestfs_set_backend_setting(handle, "force_tcg", "1"), call) }
        try check(unsafe guestfs_set_cachedir(handle, cacheDirectory), call)
        try check(unsafe guestfs_set_tmpdir(handle, temporaryDirectory), call)
        try check(unsafe guestfs_set_memsize(handle, memoryMebibytes), call)
    }

    package func addDrive(_ path: String, readOnly: Bool, caching: Caching) throws(GuestFSError) {
        let result = unsafe aiu_guestfs_add_drive(handle, path, readOnly ? 1 : 0, caching.rawValue)
        try check(result, "attach \(path)")
    }

    package func launch() throws(GuestFSError) { try check(unsafe guestfs_launch(handle), "start its appliance") }

    /// Ends the appliance in order; what was written has reached the disks.
    package func shutdown() throws(GuestFSError) { try check(unsafe guestfs_shutdown(handle), "stop its appliance") }

    package func makeExt4(
        _ device: String, label: String, blockSize: Int32, bytesPerInode: Int32, journalMebibytes: Int32,
        reservedPercent: Int32
    ) throws(GuestFSError) {
        let result = unsafe aiu_guestfs_make_ext4(
            handle, device, label, blockSize, bytesPerInode, journalMebibytes, reservedPercent)
        try check(result, "format \(device)")
    }

    package func mount(_ device: String, at path: String) throws(GuestFSError) {
        try check(unsafe guestfs_mount(handle, device, path), "mount \(device)")
    }

    /// Opens an encrypted disk; what is in it is the device whose name is returned.
    package func openEncrypted(_ device: String, _ key: DiskKey, as name: String) throws(GuestFSError) -> String {
        // The appliance gives the key to cryptsetup in a file, and its own disk is a file on the host.
        try shell(
            "mountpoint -q /tmp || mount -t tmpfs -o mode=0700,size=16m tmpfs /tmp", to: "keep a key in memory")
        var digits = key.copy() + [0]
        defer { wipe(&digits) }
        let result = unsafe digits.withUnsafeBytes { bytes in
            unsafe aiu_guestfs_open_encrypted(handle, device, bytes.bindMemory(to: CChar.self).baseAddress, name)
        }
        try check(result, "open the encrypted disk \(device)")
        return "/dev/mapper/\(name)"
    }

    package func closeEncrypted(_ device: String) throws(GuestFSError) {
        try check(unsafe guestfs_cryptsetup_close(handle, device), "close the encrypted disk \(device)")
    }

    package func unmountAll() throws(GuestFSError) { try check(unsafe guestfs_umount_all(handle), "unmount") }

    package func makeFolder(_ path: String, mode: Int32, owner: Int32) throws(GuestFSError) {
        let call = "make the folder \(path)"
        try check(unsafe guestfs_mkdir(handle, path), call)
        // mkdir's mode would pass through the appliance's umask.
        try check(unsafe guestfs_chmod(handle, mode, path), call)
        try check(unsafe guestfs_chown(handle, owner, owner, path), call)
    }

    package func setMode(_ path: String, _ mode: Int32) throws(GuestFSError) {
        try check(unsafe guestfs_chmod(handle, mode, path), "set the mode of \(path)")
    }

    /// Writes a whole file; the bytes pass through memory only.
    package func write(_ path: String, _ bytes: [UInt8]) throws(GuestFSError) {
        let call = "write \(path)"
        let result: Int32
        do throws(SystemError) {
            let source = try FileDescriptor.memory("aiu-upload")
            try source.writeAll(bytes)
            // guestfs_write takes 4 MiB at most; uploads have no limit, but want a path.
            result = unsafe guestfs_upload(handle, "/proc/self/fd/\(source.raw)", path)
        } catch {
            throw GuestFSError(call, error.description, code: error.code)
        }
        try check(result, call)
    }

    /// Reads a part of a file; short or empty at its end.
    package func read(_ path: String, count: Int32, offset: Int64) throws(GuestFSError) -> [UInt8] {
        var length = 0
        guard let bytes = unsafe guestfs_pread(handle, path, count, offset, &length) else {
            throw failure("read \(path)")
        }
        defer { unsafe free(bytes) }
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: length))
    }

    /// Type, permissions and length of what a path leads to, links followed; nil when there is nothing.
    package func metadata(_ path: String) throws(GuestFSError) -> (mode: UInt32, size: Int64)? {
        guard let found = unsafe guestfs_statns(handle, path) else {
            let failure = failure("look at \(path)")
            if failure.code == .noSuchFile { return nil }
            throw failure
        }
        defer { unsafe guestfs_free_statns(found) }
        return unsafe (UInt32(truncatingIfNeeded: found.pointee.st_mode), found.pointee.st_size)
    }

    /// Runs a shell command in the appliance: what libguestfs has no call for. Never with text from elsewhere in it.
    package func shell(_ command: StaticString, to purpose: String) throws(GuestFSError) {
        let output = unsafe command.description.withCString { text in
            unsafe [UnsafeMutablePointer(mutating: text), nil].withUnsafeBufferPointer { arguments in
                unsafe arguments.baseAddress.flatMap { unsafe guestfs_debug(handle, "sh", $0) }
            }
        }
        guard let output = unsafe output else { throw failure(purpose) }
        unsafe free(output)
    }

    /// "1.48.6"
    package func version() -> String? {
        guard let version = unsafe guestfs_version(handle) else { return nil }
        defer { unsafe guestfs_free_version(version) }
        return unsafe "\(version.pointee.major).\(version.pointee.minor).\(version.pointee.release)"
    }

    private func check(_ result: Int32, _ call: String) throws(GuestFSError) {
        if result != 0 { throw failure(call) }
    }

    private func failure(_ call: String) -> GuestFSError {
        let text = unsafe guestfs_last_error(handle).map { unsafe String(cString: $0) } ?? ""
        return GuestFSError(call, text, code: Errno(unsafe guestfs_last_errno(handle)))
    }
}
