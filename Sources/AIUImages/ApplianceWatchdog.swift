internal import AIUSystem
internal import CLinux
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Kills what libguestfs started when it takes too long. libguestfs itself waits for ever, for example for a QEMU under
/// a KVM that never runs its guest, and its handle is locked meanwhile, so nothing but the process can be reached.
final class ApplianceWatchdog: Sendable {
    private struct State {
        var isOver = false
        var hasBitten = false
    }

    private static let biteAgain = Duration.milliseconds(500)

    private let marker: String
    private let state = Mutex(State())

    /// `marker` is a path that occurs in the command lines of libguestfs's processes and in no other.
    init(marker: String) { self.marker = marker }

    /// The limit has passed before the work was over.
    var hasBitten: Bool { state.withLock { $0.hasBitten } }

    func start(after limit: Duration) {
        let (seconds, attoseconds) = limit.components
        let milliseconds = Int(clamping: seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in
            guard let self else { return }
            let bites = state.withLock { state in
                state.hasBitten = state.hasBitten || !state.isOver
                return !state.isOver
            }
            guard bites else { return }
            for pid in Self.children(naming: marker) { Self.kill(pid, naming: marker) }
            // It may have been between two processes: building the appliance, then starting QEMU.
            start(after: Self.biteAgain)
        }
    }

    func stop() { state.withLock { $0.isOver = true } }

    /// Direct children of this process with the marker in their command lines.
    private static func children(naming marker: String) -> [Int32] {
        // Without /proc there is nothing to find and nothing to kill.
        let names = (try? Files.names(in: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { isOurs($0, naming: marker) }
    }

    private static func isOurs(_ pid: Int32, naming marker: String) -> Bool {
        // A process that ended while we look is none of ours any more.
        guard let status = try? Files.read("/proc/\(pid)/stat", limit: 4096),
            let command = try? Files.read("/proc/\(pid)/cmdline", limit: 256 * 1024)
        else { return false }
        // "pid (name) state parent …", and the name may hold blanks and parentheses.
        let fields = String(decoding: status, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 1, Int32(fields[1]) == getpid() else { return false }
        return String(decoding: command, as: UTF8.self).contains(marker)
    }

    private static func kill(_ pid: Int32, naming marker: String) {
        let pidfd = aiu_pidfd_open(pid)
        guard pidfd >= 0 else { return }
        defer { close(pidfd) }
        // Looked at again, now that the number cannot pass to another process.
        if isOurs(pid, naming: marker) { _ = aiu_pidfd_signal(pidfd, SIGKILL) }
    }
}
