package import AIUSystem
internal import AIUWire
internal import Glibc

/// Carries the kernel's messages into the journal.
package final class KernelLog {
    private static let recordsPerTurn = 64
    private static let longestRecord = 8192

    private let journal: Journal
    private let handle: Handle

    package init(context: GuestContext) throws(SystemError) {
        journal = context.journal
        let handle = Handle(try FileDescriptor.open("/dev/kmsg", O_RDONLY | O_NONBLOCK))
        self.handle = handle
        try context.loop.watch(handle.raw, .read) { [weak self] _ in
            guard let self, !self.readSome() else { return }
            context.loop.unwatch(handle.raw)
        }
    }

    /// False when no more can come.
    private func readSome() -> Bool {
        for _ in 0..<Self.recordsPerTurn {
            do throws(SystemError) {
                guard let record = try handle.file.read(upTo: Self.longestRecord) else { return true }
                guard !record.isEmpty else { return false }
                if let line = KernelLogLine(record) { journal.add(.kernel, line.level, line.text, uptime: line.uptime) }
            } catch {
                // The kernel overwrote records before they were read; the next read goes on behind the gap.
                if error.code == .brokenPipe { continue }
                journal.warning("the kernel's log is lost: \(error)")
                return false
            }
        }
        return true
    }
}
