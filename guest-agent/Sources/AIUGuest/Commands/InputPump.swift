internal import AIUSystem

/// Carries the host's bytes to a command's input; while the command does not read, the host has to wait.
final class InputPump {
    private static let endOfTransmission: UInt8 = 4

    private let loop: EventLoop
    private let channel: FrameChannel
    private let isTerminal: Bool
    private var handle: Handle?
    private var queue = OutputQueue()
    private var ending = false
    private var watching = false

    init(_ handle: Handle, isTerminal: Bool, channel: FrameChannel, loop: EventLoop) {
        self.handle = handle
        self.isTerminal = isTerminal
        self.channel = channel
        self.loop = loop
    }

    func write(_ bytes: [UInt8]) {
        // A command that closed its input does not want more; the host need not know.
        guard handle != nil, !ending else { return }
        queue.append(bytes)
        flush()
    }

    /// The input ends after what came so far.
    func end() {
        guard handle != nil, !ending else { return }
        // A terminal has no end of its own; its user would press Ctrl-D.
        if isTerminal { queue.append([Self.endOfTransmission]) }
        ending = true
        flush()
    }

    func close() {
        if watching, let handle { loop.unwatch(handle.raw) }
        watching = false
        handle = nil
        queue = OutputQueue()
        channel.setReading(true)
    }

    private func flush() {
        guard let handle else { return }
        do throws(SystemError) {
            try queue.write(to: handle.file)
            if queue.count == 0 {
                stopWatching()
                if ending, !isTerminal { return close() }
            } else if !watching {
                try loop.watch(handle.raw, .write) { [weak self] _ in self?.flush() }
                watching = true
            }
            channel.setReading(queue.count < FrameChannel.fullAbove)
        } catch {
            close()
        }
    }

    private func stopWatching() {
        if watching, let handle { loop.unwatch(handle.raw) }
        watching = false
    }
}
