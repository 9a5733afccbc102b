internal import AIUSystem
internal import CLinux
internal import Glibc

/// Lays the VM's own disk over the shared read-only root and moves into the result.
package enum RootFiles {
    static let stateDevice = "/dev/vdb"
    package static let stateFolder = "/aiu/state"
    private static let newRoot = "/aiu/root"

    /// Everything that went wrong, in order; the guest goes on with what worked.
    package static func assemble() -> [String] {
        var problems = Mounts.mount("sysfs", on: "/sys", type: "sysfs", [.noSuid, .noDev, .noExec], nil)
        problems += mountState()
        problems += enterOverlay()
        problems += mountTemporary()
        problems += linkDescriptors()
        return problems
    }

    /// The VM's disk; without one, memory, so that the host can at least see what is wrong.
    private static func mountState() -> [String] {
        let flags: Mounts.Flags = [.noSuid, .noDev, .noAccessTime]
        var problems: [String] = []
        if Files.exists(stateDevice) {
            problems = Mounts.mount(stateDevice, on: stateFolder, type: "ext4", flags, nil)
            if problems.isEmpty { return privatize() }
        } else {
            problems = ["there is no state disk (\(stateDevice))"]
        }
        problems.append("everything that is written will be lost at the end")
        return problems + Mounts.mount("tmpfs", on: stateFolder, type: "tmpfs", flags, "mode=700") + privatize()
    }

    /// Only root may look into the layers below the overlay.
    private static func privatize() -> [String] {
        guard unsafe chmod(stateFolder, 0o700) != 0 else { return [] }
        return ["\(stateFolder) could not be closed to others: \(Errno.current)"]
    }

    private static func enterOverlay() -> [String] {
        let upper = "\(stateFolder)/upper"
        let work = "\(stateFolder)/work"
        do throws(SystemError) {
            try Files.makeFolder(upper)
            try Files.makeFolder(work)
        } catch {
            return ["\(error)"]
        }
        // This becomes the mode of `/`.
        _ = unsafe chmod(upper, 0o755)
        let options = "lowerdir=/,upperdir=\(upper),workdir=\(work)"
        var problems = Mounts.mount("overlay", on: newRoot, type: "overlay", .noAccessTime, options)
        guard problems.isEmpty else { return problems }
        for name in ["dev", "proc", "sys"] { problems += Mounts.move("/\(name)", to: "\(newRoot)/\(name)") }
        problems += Mounts.move(stateFolder, to: "\(newRoot)\(stateFolder)")
        let result = unsafe aiu_pivot_root(newRoot, "\(newRoot)/aiu/lower")
        guard result == 0, unsafe chdir("/") == 0 else {
            return problems + ["the overlay could not become the root: \(Errno(-result))"]
        }
        // The overlay keeps hold of the old root by itself.
        let detached = unsafe aiu_unmount_detached("/aiu/lower")
        if detached < 0 { problems.append("the old root could not be detached: \(Errno(-detached))") }
        return problems
    }

    private static func mountTemporary() -> [String] {
        let flags: Mounts.Flags = [.noSuid, .noDev]
        _ = unsafe mkdir("/dev/pts", 0o755)
        _ = unsafe mkdir("/dev/shm", 0o1777)
        return Mounts.mount("tmpfs", on: "/run", type: "tmpfs", flags, "mode=755,size=25%")
            + Mounts.mount("tmpfs", on: "/tmp", type: "tmpfs", flags, "mode=1777,size=50%")
            + Mounts.mount("tmpfs", on: "/dev/shm", type: "tmpfs", [.noSuid, .noDev, .noExec], "mode=1777,size=50%")
            + Mounts.mount("devpts", on: "/dev/pts", type: "devpts", [.noSuid, .noExec], "gid=5,mode=620,ptmxmode=666")
    }

    private static func linkDescriptors() -> [String] {
        let links = [("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")]
        return links.compactMap { name, suffix in
            guard unsafe symlink("/proc/self/fd\(suffix)", "/dev/\(name)") != 0, Errno.current != .exists else {
                return nil
            }
            return "/dev/\(name) could not be made: \(Errno.current)"
        }
    }
}
