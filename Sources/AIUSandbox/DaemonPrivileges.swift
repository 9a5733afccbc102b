package import AIUSystem
internal import CCapNG
internal import Glibc

/// What the supervisor keeps of root's privileges, if it is root at all.
package enum DaemonPrivileges {
    /// A privilege by its kernel number, and why the supervisor cannot do without it.
    private static let kept: [(number: UInt32, why: String)] = [
        (0, "CAP_CHOWN: disks and sockets are handed to QEMU's user"),
        (1, "CAP_DAC_OVERRIDE: libvirt and libguestfs open files of other users"),
        (3, "CAP_FOWNER: modes of those files are set"),
        (5, "CAP_KILL: QEMU under its own user is ended"),
        (6, "CAP_SETGID: programs are started under their own group"),
        (7, "CAP_SETUID: programs are started under their own user"),
        (8, "CAP_SETPCAP: started programs get fewer privileges still"),
        (18, "CAP_SYS_CHROOT: each vsock back end is locked into its folder"),
        (24, "CAP_SYS_RESOURCE: limits of started programs are set"),
    ]

    /// Drops everything else, for this process and all that it starts. An ordinary user has nothing to drop.
    package static func reduce() throws(SystemError) {
        guard geteuid() == 0 else { return }
        // A container's root may lack some of them already.
        try Capabilities.keep(kept.map(\.number))
    }

    /// Whether this process may still use one of root's privileges.
    package static func holds(_ privilege: UInt32) -> Bool {
        capng_have_capability(CAPNG_EFFECTIVE, privilege) != 0
    }
}
