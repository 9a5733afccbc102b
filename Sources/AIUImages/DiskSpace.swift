internal import AIUModel
internal import AIUSystem
internal import Glibc

/// What is free, and what is taken, on the state directory's file system.
enum DiskSpace {
    /// Left to the database, the logs and everybody else.
    static let reserve: Int64 = 32 << 20

    static func free(at path: String) throws(SystemError) -> ByteCount {
        ByteCount(bytes: try Files.free(at: path))
    }

    static func require(_ bytes: Int64, at path: String, to attempt: String) throws(ImageError) {
        let free = try ImageError.attempting(attempt) { () throws(SystemError) in try self.free(at: path) }
        guard free.bytes >= UInt64(max(bytes, 0) + reserve) else {
            throw .refused(
                attempt, .noSpace,
                "\(free.bytes >> 20) MiB are free at \(path), and \((bytes + reserve) >> 20) MiB are needed; "
                    + "`aiu system df` shows what takes the space")
        }
    }

    /// What a tree really takes; a file with two names counts once.
    static func taken(by path: String) -> ByteCount {
        var seen: Set<UInt64> = []
        return ByteCount(bytes: taken(by: path, &seen))
    }

    private static func taken(by path: String, _ seen: inout Set<UInt64>) -> UInt64 {
        var information = stat()
        // What vanishes while we look takes nothing.
        guard unsafe lstat(path, &information) == 0, seen.insert(UInt64(information.st_ino)).inserted else { return 0 }
        var total = UInt64(information.st_blocks) * 512
        guard information.st_mode & S_IFMT == S_IFDIR else { return total }
        // The same goes for a folder that cannot be listed.
        for name in (try? Files.names(in: path)) ?? [] { total += taken(by: "\(path)/\(name)", &seen) }
        return total
    }
}
