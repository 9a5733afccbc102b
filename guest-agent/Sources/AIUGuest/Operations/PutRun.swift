internal import AIUSystem
internal import AIUTransfer
internal import AIUWire
internal import Glibc

/// A copy from the host into the guest.
final class PutRun: GuestOperation {
    private let receiver: TreeReceiver
    private let channel: FrameChannel
    private let context: GuestContext
    private let finished: (OperationFailure?) -> Void
    private var flush: Flush?

    init(
        _ request: PutRequest, channel: FrameChannel, context: GuestContext,
        finished: @escaping (OperationFailure?) -> Void
    ) throws(OperationFailure) {
        let settings = context.settings
        self.context = context
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
        guard let folder = context.settings.flushedFolder else { return confirm(summary) }
        do throws(SystemError) {
            flush = try Flush(of: folder, loop: context.loop) { [weak self] failure in
                guard let self else { return }
                if let failure { return finished(Self.lost(failure)) }
                confirm(summary)
            }
        } catch {
            throw Self.lost(error)
        }
    }

    private func confirm(_ summary: TransferSummary) {
        do throws(WireError) {
            try channel.send(.done, encoding: summary)
            finished(nil)
        } catch {
            finished(OperationFailure(.internalError, "\(error)"))
        }
    }

    private static func lost(_ error: SystemError) -> OperationFailure {
        OperationFailure(.internalError, "the copy may not have reached the VM's disk: \(error)")
    }

    func resume() {}

    // The receiver removes what is unfinished when it goes.
    func cancel() {}
}
