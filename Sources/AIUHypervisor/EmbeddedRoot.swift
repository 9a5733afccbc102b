internal import AIUModel
internal import AIUSystem
internal import Glibc

/// The folder below which an embedded libvirt keeps everything.
enum EmbeddedRoot {
    /// Writes libvirt's configuration; returns what it could not be told.
    static func prepare(_ configuration: HypervisorConfiguration) throws(Failure) -> [String] {
        guard case .embedded(let root) = configuration.driver else { return [] }
        guard root.hasPrefix("/") else {
            throw Failure(.invalid, "libvirt's folder must be an absolute path, not '\(root)'")
        }
        let policy = EmulatorPolicy(host: host(), user: configuration.emulatorUser)
        do throws(SystemError) {
            // QEMU's user, when it is not ours, has to pass through to its sockets.
            try Files.makeFolder("\(root)/etc", mode: configuration.emulatorUser == "root" ? 0o700 : 0o711)
            try Files.replace("\(root)/etc/qemu.conf", with: Array(policy.configuration.utf8))
            try KeyPipe.abandon(in: "\(root)/\(KeyPipe.folder)")
            try UnstartedMachines(root: root).forget()
        } catch {
            throw Failure(.unavailable, "cannot configure libvirt: \(error)")
        }
        endOrphanedProbes(root)
        return policy.limitations
    }

    /// QEMUs that nobody examines any more.
    static func endOrphanedProbes(_ root: String) {
        do throws(SystemError) {
            let ended = try OrphanedProbes.end(below: root)
            if ended > 0 {
                Log("libvirt").info("ended \(ended) QEMU that was only examined, by an aiud that has ended")
            }
        } catch {
            // They take memory and nothing else: no reason not to serve.
            Log("libvirt").warning("a QEMU that was only examined may be left: \(error)")
        }
    }

    /// QEMU is somebody else than we are.
    static func handsOverFiles(_ configuration: HypervisorConfiguration) -> Bool {
        guard case .embedded = configuration.driver else { return false }
        return geteuid() == 0 && configuration.emulatorUser != "root"
    }

    private static func host() -> EmulatorPolicy.Host {
        let privileged = geteuid() == 0
        let systemd = Files.exists("/run/systemd/system")
        return EmulatorPolicy.Host(
            privileged: privileged, managesControlGroups: systemd, makesNamespaces: privileged && canUnshare())
    }

    /// Tried in a child: a thread that changed its own namespace could not go back.
    private static func canUnshare() -> Bool {
        let request = SpawnRequest("/usr/bin/unshare", ["--mount", "--propagation", "slave", "/bin/true"])
        do {
            return try Child.spawn(request).wait() == .exited(0)
        } catch {
            return false  // a host without the tool is one where it cannot be proved
        }
    }
}
