internal import Glibc

extension Confinement {
    private static func access(_ path: String) -> Bool { unsafe Glibc.access(path, F_OK) == 0 }

    private static let setGroup: UInt32 = 6
    private static let setUser: UInt32 = 7
    private static let setPrivileges: UInt32 = 8
    private static let networkAdministration: UInt32 = 12
    private static let systemAdministration: UInt32 = 21

    /// What takes CAP_SYS_ADMIN and CAP_NET_ADMIN, by their kernel numbers.
    package static let networkPrivileges = [systemAdministration, networkAdministration]

    /// For the program that does for the supervisor what takes privileges over networks. It may read the host's files and write
    /// to none; Landlock keeps it, and what it starts, from mounting anything, and the filter from the kernel's own workings.
    package static func networks() -> Confinement {
        var confinement = Confinement()
        confinement.ownNetwork = false
        // The proxy that it starts becomes another user and gives everything up, which takes these.
        confinement.privileges = networkPrivileges + [setGroup, setUser, setPrivileges]
        confinement.hidesMemory = true
        confinement.paths = [PathGrant("/", .readAndExecute), PathGrant("/dev/null", .readAndWrite)]
        // Not every host has all of them.
        if access("/dev/net/tun") { confinement.paths.append(PathGrant("/dev/net/tun", .control)) }
        for path in ["/proc/sys/net/ipv4/conf", "/proc/sys/net/ipv6/conf"] where access(path) {
            confinement.paths.append(PathGrant(path, .readAndWrite))
        }
        confinement.systemCalls = .networkAdministration
        return confinement
    }
}
