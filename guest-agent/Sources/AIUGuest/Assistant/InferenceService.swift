internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Starts the process that runs models when somebody first calls it, and again after it has ended.
///
/// The agent keeps the listening socket, so that a call waits while the process starts and none is lost between two.
final class InferenceService {
    private let context: GuestContext
    private var listener: Handle?
    private var process: CommandProcess?
    /// One that cannot live is not started without end.
    private let restartDelay: Duration = .milliseconds(100)

    init(context: GuestContext) { self.context = context }

    func open() throws(SystemError) {
        guard Files.exists(context.settings.inference) else { return }
        let path = context.settings.inferenceDoor
        // Everybody in the guest may ask: what a model computes is no secret of anybody.
        listener = Handle(try UnixSocket.listen(path, mode: 0o666))
        try wait()
    }

    private func wait() throws(SystemError) {
        guard let listener else { return }
        try context.loop.watch(listener.raw, .read) { [weak self] _ in self?.start() }
    }

    private func start() {
        guard let listener else { return }
        // The process accepts from now on.
        context.loop.unwatch(listener.raw)
        let settings = context.settings
        let request = ExecuteRequest(command: [settings.inference], directory: "/", user: settings.assistantUser)
        do throws(OperationFailure) {
            let command = try PreparedCommand(request, settings: settings, users: context.users)
            process = try CommandProcess(command, descriptors: [-1, -1, -1, listener.raw], context: context) {
                [weak self] outcome in self?.ended(outcome)
            }
        } catch {
            context.journal.error("models cannot run: \(error)")
            waitAgain()
        }
    }

    private func ended(_ outcome: Child.Outcome) {
        process?.cleanUp()
        process = nil
        if outcome != .exited(0) { context.journal.warning("the engine that runs models ended: \(outcome)") }
        waitAgain()
    }

    private func waitAgain() {
        context.loop.after(restartDelay) { [weak self] in
            guard let self else { return }
            do throws(SystemError) {
                try self.wait()
            } catch {
                self.context.journal.error("models cannot run any more: \(error)")
            }
        }
    }
}
