internal import AIUSystem
internal import CLinux

/// Collects ended processes and tells those who wait for them.
package final class Reaper {
    package enum Mode: Sendable {
        /// As the first process: orphans too. `collect` is called for every SIGCHLD.
        case everything
        /// Only the children that were handed over.
        case ownChildren
    }

    /// A child that somebody waits for.
    private final class Waiting {
        let child: Child
        let ended: (Child.Outcome) -> Void

        init(_ child: consuming Child, ended: @escaping (Child.Outcome) -> Void) {
            self.child = child
            self.ended = ended
        }
    }

    private let mode: Mode
    private let loop: EventLoop
    private var waiting: [Int32: Waiting] = [:]
    /// Called when no process but the agent is left.
    var onLonely: (() -> Void)?
    /// Called after processes were collected.
    var onCollected: (() -> Void)?

    init(_ mode: Mode, loop: EventLoop) {
        self.mode = mode
        self.loop = loop
    }

    /// Takes a child over and reports its end, on the loop.
    func adopt(_ child: consuming Child, ended: @escaping (Child.Outcome) -> Void) throws(SystemError) {
        let entry = Waiting(child, ended: ended)
        let pid = entry.child.pid
        waiting[pid] = entry
        guard mode == .ownChildren else { return }
        try loop.watch(entry.child.pidfd.raw, .read) { [weak self] _ in self?.poll(pid) }
    }

    /// Signals one child, if it still runs.
    func signal(_ pid: Int32, _ number: Int32) {
        // A child that has just ended cannot be signalled and need not be.
        try? waiting[pid]?.child.signal(number)
    }

    /// Collects everything that has ended.
    package func collect() {
        var status: Int32 = 0
        var killed: Int32 = 0
        while true {
            let pid = unsafe aiu_wait_any(&status, &killed)
            guard pid > 0 else {
                onCollected?()
                if pid < 0 { onLonely?() }
                return
            }
            deliver(pid, killed != 0 ? .killed(signal: status) : .exited(status))
        }
    }

    private func poll(_ pid: Int32) {
        guard let entry = waiting[pid] else { return }
        do throws(SystemError) {
            guard let outcome = try entry.child.poll() else { return }
            deliver(pid, outcome)
        } catch {
            // Somebody else reaped it: how it ended is unknown, but it ended.
            deliver(pid, .exited(255))
        }
        onCollected?()
    }

    private func deliver(_ pid: Int32, _ outcome: Child.Outcome) {
        guard let entry = waiting.removeValue(forKey: pid) else { return }
        if mode == .ownChildren { loop.unwatch(entry.child.pidfd.raw) }
        entry.ended(outcome)
    }
}
