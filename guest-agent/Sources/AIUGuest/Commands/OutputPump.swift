internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Carries one output of a command to the host; while the host does not take it, the command has to wait.
final class OutputPump {
    private static let busyFrom = 4096

    private let kind: FrameKind
    private let loop: EventLoop
    private let channel: FrameChannel
    private let budget: OutputBudget
    private let ended: () -> Void
    private var handle: Handle?
    private var watching = false
    /// The command writes much: it is cheaper to let it write on and take more at once.
    private var isBusy = false

    init(
        _ handle: Handle, as kind: FrameKind, channel: FrameChannel, loop: EventLoop, budget: OutputBudget,
        ended: @escaping () -> Void
    ) {
        self.handle = handle
        self.kind = kind
        self.channel = channel
        self.loop = loop
        self.budget = budget
        self.ended = ended
    }

    var isOpen: Bool { handle != nil }

    /// Reads again after the host took something.
    func resume() throws(SystemError) {
        guard let handle, !watching, channel.hasRoom else { return }
        watching = true
        try loop.watch(handle.raw, .read) { [weak self] _ in self?.serve() }
    }

    /// Takes what is there without waiting for more; false when the host is in the way.
    func drain() -> Bool {
        // Bounded: somebody may be writing faster than this reads.
        for _ in 0..<16 where isOpen {
            guard channel.hasRoom else { return false }
            guard step() else { return true }
        }
        return true
    }

    func close() {
        pause()
        handle = nil
    }

    private func serve() {
        guard channel.hasRoom else { return pause() }
        if isBusy { sched_yield() }
        _ = step()
    }

    /// Reads once; false when there was nothing or all is over.
    private func step() -> Bool {
        guard let handle else { return false }
        do throws(SystemError) {
            guard let count = try channel.forward(handle.file, as: kind, limit: budget.rest) else { return false }
            isBusy = count >= Self.busyFrom
            if count > 0 {
                budget.use(count)
                return true
            }
        } catch {
            // How a terminal says that nobody holds its other side any more; other errors end the output too.
        }
        close()
        ended()
        return false
    }

    private func pause() {
        // Unwatched, not just uninterested: a hang-up is always reported and would keep the loop busy.
        if watching, let handle { loop.unwatch(handle.raw) }
        watching = false
    }
}

/// What a command may still say, all outputs together.
final class OutputBudget {
    private(set) var rest: Int
    private(set) var exceeded = false

    init(_ limit: Int?) { rest = limit ?? .max }

    func use(_ count: Int) {
        if count > rest { exceeded = true }
        rest -= min(count, rest)
    }
}
