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
        // A container's root may lack some of them already, and what is not there cannot be kept.
        let held = kept.filter { capng_have_capability(CAPNG_PERMITTED, $0.number) != 0 }
        capng_clear(CAPNG_SELECT_BOTH)
        let sets = CAPNG_EFFECTIVE.rawValue | CAPNG_PERMITTED.rawValue | CAPNG_BOUNDING_SET.rawValue
        for privilege in held {
            let result = capng_update(CAPNG_ADD, capng_type_t(rawValue: sets), privilege.number)
            guard result == 0 else { throw SystemError("keep", privilege.why, code: .current) }
        }
        guard capng_apply(CAPNG_SELECT_BOTH) == 0 else { throw SystemError("drop privileges", code: .current) }
    }
}
