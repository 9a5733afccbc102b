package import AIUWire

/// Something asked of the assistant in a VM: what it says comes event by event, until its last word.
package struct AssistSession: ~Copyable {
    private var channel: FrameChannel
    private let purpose: String

    /// `silence` is how long the assistant may say nothing; a signal ends the waiting, and letting go cancels the work.
    package init(
        _ stream: consuming OperationStream, silence: Duration, signals: SignalSource?, purpose: String
    ) {
        channel = FrameChannel(stream, idleLimit: silence, signals: signals, purpose: purpose)
        self.purpose = purpose
    }

    /// The next event. After the last one there is nothing to wait for.
    package mutating func next() throws(ClientError) -> AssistEvent {
        let frame = try channel.next()
        guard frame.kind == .event else { throw channel.unexpected(frame) }
        do throws(WireError) {
            return try frame.message(as: AssistEvent.self)
        } catch {
            throw .malformed(request: purpose, reason: error.description)
        }
    }

    /// Says something to the assistant while it works.
    package mutating func reply(_ reply: AssistReply) throws(ClientError) {
        let frame: Frame
        do throws(WireError) {
            frame = try Frame(.reply, encoding: reply)
        } catch {
            throw .malformed(request: purpose, reason: error.description)
        }
        try channel.answer(frame)
    }
}
