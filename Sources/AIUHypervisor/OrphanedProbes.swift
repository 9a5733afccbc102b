package import AIUSystem
internal import Glibc

/// QEMUs that an embedded libvirt started to examine QEMU, and that nobody ends because their libvirt was killed.
///
/// Such a QEMU is a daemon without a machine that waits for commands for ever. No libvirt knows those of another.
package enum OrphanedProbes {
    /// One that is being daemonised leaves a child behind that is seen only at the next look.
    private static let looks = 20
    private static let patience = Duration.seconds(2)
    private static let longestArguments = 64 << 10
    /// libvirt makes a folder for each examination, below its root.
    private static let folder = "lib/qemu"
    private static let prefix = "qmp-"

    /// Ends those of a root that nobody has opened; returns how many there were.
    @discardableResult
    package static func end(below root: String) throws(SystemError) -> Int {
        var ended = 0
        for _ in 0..<looks {
            let found = try find(below: root)
            if found.isEmpty { break }
            for pid in found where try end(pid, below: root) { ended += 1 }
        }
        try removeFolders(below: root)
        return ended
    }

    private static func find(below root: String) throws(SystemError) -> [Int32] {
        try Files.names(in: "/proc").compactMap { Int32($0) }.filter { isProbe($0, below: root) }
    }

    private static func isProbe(_ pid: Int32, below root: String) -> Bool {
        // One that cannot be read has ended, or is another user's, whose arguments are hidden from us.
        guard let bytes = try? Files.read("/proc/\(pid)/cmdline", limit: longestArguments) else { return false }
        let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard words.first?.split(separator: "/").last?.hasPrefix("qemu-system") == true else { return false }
        let machine = value(of: "-machine", in: words)
        return machine?.split(separator: ",").first == "none"
            && value(of: "-pidfile", in: words)?.hasPrefix("\(root)/\(folder)/\(prefix)") == true
    }

    private static func value(of option: String, in words: [String]) -> String? {
        guard let index = words.firstIndex(of: option), index + 1 < words.count else { return nil }
        return words[index + 1]
    }

    /// False when it has ended by itself.
    private static func end(_ pid: Int32, below root: String) throws(SystemError) -> Bool {
        // Held before the second look: the number may be somebody else's by now.
        guard let process = try? ProcessHandle.open(pid), isProbe(pid, below: root) else { return false }
        try ProcessHandle.signal(process, SIGKILL)
        var item = pollfd(fd: process.raw, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&item, 1, Int32(patience / .milliseconds(1)))
        ProcessHandle.reap(process)
        return true
    }

    private static func removeFolders(below root: String) throws(SystemError) {
        guard Files.exists("\(root)/\(folder)") else { return }
        for name in try Files.names(in: "\(root)/\(folder)") where name.hasPrefix(prefix) {
            try Files.removeTree("\(root)/\(folder)/\(name)")
        }
    }
}
