package import Glibc

/// Whole-file operations by path.
package enum Files {
    package static func read(_ path: String, limit: Int = 16 << 20) throws(SystemError) -> [UInt8] {
        let file = try FileDescriptor.open(path, O_RDONLY)
        guard try file.metadata().st_mode & S_IFMT != S_IFDIR else {
            throw SystemError("read", path, code: .isDirectory)
        }
        do {
            return try file.readToEnd(limit: limit)
        } catch {
            throw SystemError(error.call, path, code: error.code)
        }
    }

    /// Replaces a file in one step: a reader, or a crash, sees the old content or the new, never a mixture.
    package static func replace(_ path: String, with bytes: [UInt8], mode: UInt32 = 0o600) throws(SystemError) {
        let temporary = "\(path).new-\(getpid())"
        do throws(SystemError) {
            let file = try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: mode)
            try file.writeAll(bytes)
            try file.synchronize()
            try rename(temporary, to: path)
        } catch {
            unsafe unlink(temporary)
            throw SystemError("write", path, code: error.code)
        }
    }

    package static func rename(_ path: String, to target: String) throws(SystemError) {
        try SystemError.checkErrno(unsafe Glibc.rename(path, target), "rename", path)
    }

    package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    package static func metadata(_ path: String) throws(SystemError) -> stat {
        var information = stat()
        try SystemError.checkErrno(unsafe stat(path, &information), "examine", path)
        return information
    }

    /// Bytes that this user may still write to the file system of a path.
    package static func free(at path: String) throws(SystemError) -> UInt64 {
        var information = statvfs()
        try SystemError.checkErrno(unsafe statvfs(path, &information), "look at the free space of", path)
        return UInt64(information.f_bavail) * UInt64(information.f_frsize)
    }

    /// Makes a folder and its parents; one that is there already is fine.
    package static func makeFolder(_ path: String, mode: UInt32 = 0o700) throws(SystemError) {
        if unsafe mkdir(path, mode) == 0 { return }
        let code = Errno.current
        if code == .exists, try metadata(path).st_mode & S_IFMT == S_IFDIR { return }
        guard code == .noSuchFile, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw SystemError("make the folder", path, code: code)
        }
        try makeFolder(String(path[..<slash]), mode: mode)
        if unsafe mkdir(path, mode) != 0, Errno.current != .exists {
            throw SystemError("make the folder", path, code: .current)
        }
    }

    /// Removes a file; one that is gone already is fine.
    package static func remove(_ path: String) throws(SystemError) {
        if unsafe unlink(path) != 0, Errno.current != .noSuchFile {
            throw SystemError("remove", path, code: .current)
        }
    }

    /// Removes a folder with everything in it, never following links.
    package static func removeTree(_ path: String) throws(SystemError) {
        for name in try names(in: path) {
            let child = "\(path)/\(name)"
            var information = stat()
            if unsafe lstat(child, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
                try removeTree(child)
            } else {
                try remove(child)
            }
        }
        if unsafe rmdir(path) != 0, Errno.current != .noSuchFile {
            throw SystemError("remove", path, code: .current)
        }
    }

    /// The names in a folder, sorted; empty when there is no such folder.
    package static func names(in path: String) throws(SystemError) -> [String] {
        guard let folder = unsafe opendir(path) else {
            if Errno.current == .noSuchFile { return [] }
            throw SystemError("list", path, code: .current)
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
