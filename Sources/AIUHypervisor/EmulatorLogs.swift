internal import AIUSystem
internal import Glibc

/// What each QEMU says below an embedded libvirt's root: a short file a machine, which libvirt itself never removes.
package struct EmulatorLogs: Sendable {
    /// How many of machines that no longer run are kept, for whoever asks why one broke.
    package static let kept = 32
    /// So many more may gather before the oldest go, so that few starts have to ask libvirt what runs.
    package static let slack = 16

    private let folder: String

    package init(root: String) { folder = "\(root)/log/qemu" }

    /// Before a machine starts: its log begins anew, and the oldest of those that have ended give way.
    package func makeRoom<Problem: Error>(
        for machine: String, running: () throws(Problem) -> [String]
    ) throws(Problem) {
        var names: [String]
        do throws(SystemError) {
            try Files.remove("\(folder)/\(machine).log")
            names = try Files.names(in: folder).filter { $0.hasSuffix(".log") }
        } catch {
            return complain(error)
        }
        guard names.count >= Self.kept + Self.slack else { return }
        let inUse = Set(try running().map { "\($0).log" })
        names.removeAll { inUse.contains($0) }
        do throws(SystemError) {
            let ended = names.map { (path: "\(folder)/\($0)", time: written("\(folder)/\($0)")) }
            for log in ended.sorted(by: { $0.time < $1.time }).dropLast(Self.kept) { try Files.remove(log.path) }
        } catch {
            complain(error)
        }
    }

    /// In nanoseconds.
    private func written(_ path: String) -> Int64 {
        // One that is gone or cannot be examined counts as the oldest.
        guard let time = try? Files.metadata(path).st_mtim else { return 0 }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// A log is worth less than the machine that would be kept from starting.
    private func complain(_ error: SystemError) { Log("libvirt").warning("cannot remove old logs of QEMU: \(error)") }
}
