internal import AIUSystem
internal import CLinux
internal import Glibc

/// File system access without privileges: what is not granted is refused, whatever the user may.
enum Landlock {
    /// Access rights, as the kernel numbers them.
    private enum Right {
        static let execute: UInt64 = 1 << 0
        static let writeFile: UInt64 = 1 << 1
        static let readFile: UInt64 = 1 << 2
        static let readFolder: UInt64 = 1 << 3
        static let removeFolder: UInt64 = 1 << 4
        /// The 13 rights of the first version: the above, and making and removing every kind of entry.
        static let firstVersion: UInt64 = (1 << 13) - 1
        static let refer: UInt64 = 1 << 13
        static let truncate: UInt64 = 1 << 14
        static let deviceControl: UInt64 = 1 << 15
    }

    /// To wait for connections of TCP.
    private static let bindTCP: UInt64 = 1 << 0
    /// Abstract Unix sockets, and signals, of others.
    private static let others: UInt64 = 1 << 0 | 1 << 1

    /// `O_PATH`: a handle that reads nothing.
    private static let openPath: Int32 = 0o10000000

    /// With `binding`, ports may be bound; a server does that before.
    static func restrict(to grants: [PathGrant], binding: Bool) throws(SystemError) {
        let version = aiu_landlock_abi()
        guard version > 0 else {
            throw SystemError("use Landlock", "(Linux 5.13, enabled at boot)", code: Errno(-version))
        }
        var handled = Right.firstVersion
        if version >= 2 { handled |= Right.refer }
        if version >= 3 { handled |= Right.truncate }
        if version >= 5 { handled |= Right.deviceControl }
        let ruleset = FileDescriptor(
            owning: try SystemError.check(
                aiu_landlock_create(
                    handled, !binding && version >= 4 ? bindTCP : 0, !binding && version >= 6 ? others : 0),
                "make a Landlock ruleset"))
        for grant in grants {
            let file = try FileDescriptor.open(grant.path, openPath)
            let isFolder = try file.metadata().st_mode & S_IFMT == S_IFDIR
            try SystemError.check(
                aiu_landlock_allow(ruleset.raw, file.raw, rights(grant.access, isFolder: isFolder) & handled),
                "allow access to", grant.path)
        }
        try SystemError.check(aiu_landlock_restrict(ruleset.raw), "restrict file access")
    }

    private static func rights(_ access: PathGrant.Access, isFolder: Bool) -> UInt64 {
        switch (access, isFolder) {
        case (.read, true): Right.readFile | Right.readFolder
        case (.read, false): Right.readFile
        case (.readAndWrite, true): (Right.firstVersion & ~Right.execute) | Right.refer | Right.truncate
        case (.control, _): Right.readFile | Right.writeFile | Right.deviceControl
        case (.readAndWrite, false): Right.readFile | Right.writeFile | Right.truncate
        case (.readAndExecute, true): Right.execute | Right.readFile | Right.readFolder
        case (.readAndExecute, false): Right.execute | Right.readFile
        case (.all, true): Right.firstVersion | Right.refer | Right.truncate
        case (.all, false): Right.execute | Right.readFile | Right.writeFile | Right.truncate
        case (.removeFolders, true): Right.removeFolder
        case (.removeFolders, false): 0
        }
    }
}
