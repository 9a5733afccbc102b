internal import AIUSystem
package import AIUTransfer
package import AIUWire

/// Moves a file or a tree over a stream to a VM's agent.
package struct TransferSession: ~Copyable {
    private var channel: FrameChannel

    /// `idleLimit` is how long nothing may move.
    package init(
        _ stream: consuming OperationStream, idleLimit: Duration, signals: SignalSource?, purpose: String
    ) {
        channel = FrameChannel(stream, idleLimit: idleLimit, signals: signals, purpose: purpose)
    }

    /// Sends everything and waits for the agent to confirm it.
    package mutating func send(
        _ sender: TreeSender, moved: (TransferSummary) -> Void
    ) throws -> TransferSummary {
        while let frame = try sender.nextFrame() {
            try channel.write(frame)
            moved(sender.summary)
        }
        let frame = try channel.next()
        guard frame.kind == .done else { throw channel.unexpected(frame) }
        var summary = try frame.message(as: TransferSummary.self)
        summary.warnings = sender.summary.warnings
        return summary
    }

    /// Takes everything that the agent sends.
    package mutating func receive(
        _ receiver: TreeReceiver, moved: (UInt64) -> Void
    ) throws -> TransferSummary {
        var bytes: UInt64 = 0
        while true {
            let frame = try channel.next()
            if frame.kind == .data { bytes += UInt64(frame.payload.count) }
            switch try receiver.receive(frame) {
            case .finished(let summary): return summary
            case .more: moved(bytes)
            }
        }
    }
}
