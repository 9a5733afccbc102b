package import AIUWire
internal import Glibc

/// The guest's users as they were last read, for as long as their file is the same: reading it for every command takes
/// an emulated processor about a millisecond.
package final class UserDatabaseCache {
    /// What changes whenever the file does.
    private struct Version: Equatable {
        let device: UInt
        let inode: UInt
        let size: Int
        let changed: [Int]

        init?(path: String) {
            var information = stat()
            guard unsafe stat(path, &information) == 0 else { return nil }
            device = information.st_dev
            inode = information.st_ino
            size = information.st_size
            changed = [
                information.st_mtim.tv_sec, information.st_mtim.tv_nsec, information.st_ctim.tv_sec,
                information.st_ctim.tv_nsec,
            ]
        }

        /// Whether a further change would have another time: one right after this one might have the same.
        var isSettled: Bool {
            var now = timespec()
            guard unsafe clock_gettime(CLOCK_REALTIME, &now) == 0 else { return false }
            return now.tv_sec > changed[2] + 1
        }
    }

    private var version: Version?
    private var database: UserDatabase?

    package init() {}

    package func read(_ path: String) throws(OperationFailure) -> UserDatabase {
        let found = Version(path: path)
        if let database, let found, found == version { return database }
        let database = try UserDatabase(path: path)
        let isSettled = found?.isSettled ?? false
        version = isSettled ? found : nil
        self.database = isSettled ? database : nil
        return database
    }
}
