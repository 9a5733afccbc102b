internal import AIUSystem
internal import AIUTransfer
internal import AIUWire

/// A copy from the guest to the host, as fast as the host takes it.
final class GetRun: GuestOperation {
    /// Then others get their turn.
    private static let framesPerTurn = 16

    private let sender: TreeSender
    private let loop: EventLoop
    private var scheduled = false
    private let channel: FrameChannel
    /// Called at the end with the failure, if there was one. Nil after that and after a cancel.
    private var ended: ((OperationFailure?) -> Void)?

    init(
        _ request: GetRequest, channel: FrameChannel, context: GuestContext,
        ended: @escaping (OperationFailure?) -> Void
    ) throws(OperationFailure) {
        self.channel = channel
        loop = context.loop
        self.ended = ended
        guard !request.path.utf8.contains(0) else {
            throw OperationFailure(.invalid, "the path contains a zero byte")
        }
        do throws(TransferError) {
            sender = try TreeSender(path: WorkspacePath.absolute(request.path, workspace: context.settings.workspace))
        } catch {
            throw error.failure
        }
    }

    func receive(_ frame: Frame) throws(OperationFailure) {
        throw OperationFailure(.invalid, "\(WireError.unexpected(frame.kind))")
    }

    func resume() {
        do throws(TransferError) {
            var left = Self.framesPerTurn
            while ended != nil, channel.hasRoom {
                guard left > 0 else { return schedule() }
                left -= 1
                guard let frame = try sender.nextFrame() else { return end(nil) }
                channel.send(frame)
            }
        } catch {
            end(error.failure)
        }
    }

    func cancel() { ended = nil }

    private func schedule() {
        guard !scheduled else { return }
        scheduled = true
        loop.after(.zero) { [weak self] in
            self?.scheduled = false
            self?.resume()
        }
    }

    private func end(_ failure: OperationFailure?) {
        let ended = ended
        self.ended = nil
        ended?(failure)
    }
}
