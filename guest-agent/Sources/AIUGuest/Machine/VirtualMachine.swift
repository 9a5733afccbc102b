package import AIUSystem
internal import CLinux
internal import Glibc

/// The VM that the agent is the first process of.
package struct VirtualMachine: Machine {
    /// A clock that is this close is left alone: a jump would hurt more.
    private static let clockTolerance: Int64 = 50

    package init() {}

    package func setHostname(_ name: String) throws(SystemError) {
        try SystemError.check(unsafe aiu_set_hostname(name, name.utf8.count), "set the host name to", name)
        let line = Array("\(name)\n".utf8)
        // A file that cannot be read is written anew.
        if (try? Files.read("/etc/hostname", limit: 256)) != line {
            try Files.replace("/etc/hostname", with: line, mode: 0o644)
        }
    }

    package func setClock(_ milliseconds: Int64) throws(SystemError) {
        guard abs(Timestamp.now.milliseconds - milliseconds) > Self.clockTolerance else { return }
        try SystemError.check(aiu_set_clock(milliseconds), "set the clock")
    }

    package func addEntropy(_ bytes: [UInt8]) throws(SystemError) {
        try SystemError.check(unsafe aiu_add_entropy(bytes, bytes.count), "add entropy")
    }

    package func signalEverybody(_ number: Int32) { _ = kill(-1, number) }

    package func settleDisks() -> [String] {
        sync()
        var problems: [String] = []
        for path in ["/", "/aiu/state"] {
            let flags = UInt32(AIU_MOUNT_REMOUNT | AIU_MOUNT_READ_ONLY)
            let result = unsafe aiu_mount("none", path, nil, flags, nil)
            if result < 0 { problems.append("\(path) could not be made read-only: \(Errno(-result))") }
        }
        sync()
        return problems
    }

    package func end(restart: Bool) throws(SystemError) {
        try SystemError.check(aiu_end_machine(restart ? 1 : 0), restart ? "restart" : "power off")
    }
}
