internal import AIUSystem
internal import AIUTransfer
internal import AIUWire
internal import Glibc

/// A copy from the host into the guest.
final class PutRun: GuestOperation {
    private let receiver: TreeReceiver
    private let channel: FrameChannel
    private let finished: () -> Void

    init(
        _ request: PutRequest, channel: FrameChannel, settings: GuestSettings, finished: @escaping () -> Void
    ) throws(OperationFailure) {
        self.channel = channel
        self.finished = finished
        do throws(TransferError) {
            let destination = try Destination(
                path: WorkspacePath.absolute(request.path, workspace: settings.workspace), sourceName: request.name,
                intoFolder: request.intoFolder, opening: WorkspacePath.openFolder)
            // What the host puts into somebody's folder is theirs to use.
            let owner = geteuid() == 0 ? try destination.owner() : nil
            receiver = try TreeReceiver(at: destination, owner: owner)
        } catch {
            throw error.failure
        }
    }

    func receive(_ frame: Frame) throws(OperationFailure) {
        let progress: TreeReceiver.Progress
        do throws(TransferError) {
            progress = try receiver.receive(frame)
        } catch {
            throw error.failure
        }
        guard case .finished(let summary) = progress else { return }
        do throws(WireError) {
            try channel.send(.done, encoding: summary)
        } catch {
            throw OperationFailure(.internalError, "\(error)")
        }
        finished()
    }

    func resume() {}

    // The receiver removes what is unfinished when it goes.
    func cancel() {}
}
