internal import AIUSystem
internal import Glibc

/// What libguestfs needs on the host to build its appliance.
enum ApplianceRequirements {
    private static let supermin = "/usr/bin/supermin"
    private static let qemu = "/usr/bin/qemu-system-x86_64"

    /// A sentence about what is missing and how to get it; nil when all is there.
    static func missing() -> String? {
        if unsafe access(supermin, X_OK) != 0 { return "supermin is missing; install the package 'supermin'" }
        if unsafe access(qemu, X_OK) != 0 { return "QEMU is missing; install the package 'qemu-system-x86'" }
        return kernel() == nil
            ? "libguestfs needs a kernel with its modules in /boot and /lib/modules, readable by you; install the "
                + "package 'linux-image-cloud-amd64'" : nil
    }

    /// The version of a kernel that the appliance can boot.
    static func kernel() -> String? {
        let prefix = "vmlinuz-"
        // A /boot that cannot be listed has no kernel for us.
        let names = (try? Files.names(in: "/boot")) ?? []
        return names.reversed().first { name in
            let readable = unsafe access("/boot/\(name)", R_OK) == 0
            return name.hasPrefix(prefix) && readable
                && Files.exists("/lib/modules/\(name.dropFirst(prefix.count))/modules.dep")
        }.map { String($0.dropFirst(prefix.count)) }
    }
}
