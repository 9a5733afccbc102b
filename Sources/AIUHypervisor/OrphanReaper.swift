internal import AIUSystem
internal import CLinux
internal import Glibc

/// Takes in and reaps the QEMUs that libvirt lets go of.
///
/// libvirt starts QEMU as a daemon, an orphan for PID 1 to reap, and takes it for alive until that has happened. In a
/// container, PID 1 may take seconds over it, and so would the end of every machine.
package actor OrphanReaper {
    /// How often children are looked for while a machine is started or ended.
    private static let interval = Duration.milliseconds(5)
    /// A kernel without these lists could not tell whom to reap, and nobody else would.
    private static let tasks = "/proc/self/task"
    /// How the names of QEMU's processes begin.
    private static let emulatorName = "qemu-system-"

    private nonisolated let executor: LoopExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private var calls = 0
    private var orphans: [Int32: Orphan] = [:]
    /// Children that others wait for, so that they are looked at only once in a while.
    private var others: Set<Int32> = []

    /// Nil where it cannot work; machines then end as fast as PID 1 pleases.
    package init?() {
        guard Files.exists("\(Self.tasks)/\(getpid())/children") else { return nil }
        do {
            executor = try LoopExecutor(name: "reaper")
        } catch {
            Log("libvirt").warning("ending machines may take long: \(error)")
            return nil
        }
        guard aiu_adopt_orphans() == 0 else { return nil }
    }

    /// A call into libvirt begins that may start or end a QEMU.
    package func begin() {
        calls += 1
        guard calls == 1 else { return }
        others = []
        tick()
    }

    /// The call has returned. What it started is watched from now on.
    package func end() {
        calls -= 1
        look()
    }

    private func tick() {
        look()
        guard calls > 0 else { return }
        unsafe executor.loop.after(Self.interval) { self.assumeIsolated { $0.tick() } }
    }

    private func look() {
        for pid in Self.children() where orphans[pid] == nil && !others.contains(pid) {
            guard Self.isOrphan(pid) else {
                others.insert(pid)
                continue
            }
            adopt(pid)
        }
    }

    private func adopt(_ pid: Int32) {
        do throws(SystemError) {
            let orphan = Orphan(
                FileDescriptor(owning: try SystemError.check(aiu_pidfd_open(pid), "watch process", "\(pid)")))
            orphans[pid] = orphan
            let loop = unsafe executor.loop
            try loop.watch(orphan.pidfd.raw, .read) { _ in self.assumeIsolated { $0.reap(pid) } }
        } catch {
            orphans[pid] = nil
            Log("libvirt").warning("ending a machine may take long: \(error)")
        }
    }

    private func reap(_ pid: Int32) {
        guard let orphan = orphans.removeValue(forKey: pid) else { return }
        unsafe executor.loop.unwatch(orphan.pidfd.raw)
        var status: Int32 = 0
        // What it ended with is libvirt's business; somebody else having reaped it is fine.
        _ = unsafe aiu_pidfd_wait(orphan.pidfd.raw, 0, &status)
    }

    private static func children() -> [Int32] {
        // A list that cannot be read this time is read at the next tick.
        let threads = (try? Files.names(in: tasks)) ?? []
        return threads.flatMap { thread in
            // A thread that ended meanwhile has given its children to another one.
            let bytes = (try? Files.read("\(tasks)/\(thread)/children")) ?? []
            return String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
        }
    }

    /// A child in our session was started by this process, and so was one that leads its session: whoever did so waits
    /// for it. A child of a child that is gone is in a third one, or is a QEMU that made itself a daemon, as libvirt
    /// has it do to be asked what it can. (We start no QEMU as a leader.)
    private static func isOrphan(_ pid: Int32) -> Bool {
        let session = getsid(pid)
        guard session > 0, session != getsid(0) else { return false }
        if session != pid { return true }
        // A child that is gone meanwhile is nobody's.
        guard let name = try? Files.read("/proc/\(pid)/comm") else { return false }
        return name.starts(with: emulatorName.utf8)
    }
}

/// An adopted process.
private final class Orphan {
    let pidfd: FileDescriptor

    init(_ pidfd: consuming FileDescriptor) { self.pidfd = pidfd }
}
