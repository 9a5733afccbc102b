/// How tightly libvirt holds QEMU here: the text of qemu.conf, and what this host could not give.
package struct EmulatorPolicy: Equatable, Sendable {
    /// What decides how tight it can be.
    package struct Host: Equatable, Sendable {
        /// This process is root.
        package var privileged: Bool
        /// systemd is there to make control groups.
        package var managesControlGroups: Bool
        /// A mount namespace can be made.
        package var makesNamespaces: Bool

        package init(privileged: Bool, managesControlGroups: Bool, makesNamespaces: Bool) {
            self.privileged = privileged
            self.managesControlGroups = managesControlGroups
            self.makesNamespaces = makesNamespaces
        }
    }

    package let configuration: String
    /// For `aiu doctor`: each says what is missing and why.
    package let limitations: [String]

    package init(host: Host, user: String) {
        var lines = [
            // Only such system calls as a running QEMU needs; it can neither start programs nor gain rights.
            "seccomp_sandbox = 1",
            "max_core = 0",
            // A daemon for QEMU's log would be one more process; what QEMU says is short.
            "stdio_handler = \"file\"",
            "security_default_confined = 0",
            "remember_owner = 0",
        ]
        var limitations: [String] = []
        if host.privileged {
            lines += [
                "user = \(Self.quoted(user))",
                "group = \(Self.quoted(user))",
                "clear_emulator_capabilities = 1",
                // Disks change hands only when QEMU is somebody else.
                "dynamic_ownership = \(user == "root" ? 0 : 1)",
                "security_driver = \"none\"",
                "namespaces = [\(host.makesNamespaces ? "\"mount\"" : "")]",
            ]
            if user == "root" {
                limitations.append("QEMU runs as root, though without capabilities")
            }
            if !host.makesNamespaces {
                limitations.append("QEMU sees the host's /dev: this host does not let aiud make mount namespaces")
            }
            if !host.managesControlGroups {
                lines.append("cgroup_controllers = []")
                limitations.append("no control groups limit QEMU: there is no systemd to make them")
            }
        } else {
            limitations.append("QEMU runs as the user of aiud, without control groups and namespaces of its own")
        }
        limitations.append("no AppArmor or SELinux profile confines QEMU; libvirtd (qemu:///system) would add one")
        configuration = "# Written by aiud at every start; changes are lost.\n" + lines.joined(separator: "\n") + "\n"
        self.limitations = limitations
    }

    private static func quoted(_ text: String) -> String {
        "\"\(text.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline })\""
    }
}
