internal import AIUSystem
internal import AIUWire
internal import Glibc

/// The processes of one command: its leader's group and, where control groups work, everything that it started.
final class CommandProcess {
    private let pid: Int32
    private let group: CommandGroup?
    private let groups: CommandGroups?
    private var cleaned = false

    init(
        _ command: PreparedCommand, descriptors: [Int32], context: GuestContext,
        ended: @escaping (Child.Outcome) -> Void
    ) throws(OperationFailure) {
        groups = context.groups
        group = context.groups?.take(memoryLimit: command.memoryLimit)
        var spawn = command.spawn
        spawn.descriptors = descriptors
        if let group { spawn.cgroup = group.members.raw }
        let child: Child
        do throws(SpawnError) {
            child = try Child.spawn(spawn)
        } catch {
            if let group { groups?.remove(group) }
            throw Self.failure(error)
        }
        pid = child.pid
        do throws(SystemError) {
            try context.reaper.adopt(child, ended: ended)
        } catch {
            cleanUp()
            throw OperationFailure(.internalError, "\(error)")
        }
    }

    /// To the leader's process group, which is what a terminal would signal.
    func signalGroup(_ number: Int32) {
        // A group that has just gone cannot be signalled and need not be.
        _ = kill(-pid, number)
    }

    /// Ends every process of the command at once.
    func killAll() {
        guard !cleaned else { return }
        if let group {
            group.kill()
        } else {
            _ = kill(-pid, SIGKILL)
        }
    }

    /// To be called after the leader was collected.
    func cleanUp() {
        guard !cleaned else { return }
        // A group that can be removed is empty: nothing that the command started is left to be killed.
        if let group, let groups, groups.removeEmpty(group) {
            cleaned = true
            return
        }
        killAll()
        cleaned = true
        if let group { groups?.remove(group) }
    }

    private static func failure(_ error: SpawnError) -> OperationFailure {
        let reason: OperationFailure.Reason =
            switch (error.stage, error.code) {
            case (.execute, .permissionDenied), (.execute, Errno(ENOEXEC)): .notExecutable
            case (_, .noSuchFile), (_, .notDirectory): .notFound
            case (_, .permissionDenied), (_, .notPermitted): .denied
            case (_, .wouldBlock), (_, Errno(ENOMEM)): .busy
            case (_, Errno(E2BIG)): .invalid
            case _: .internalError
            }
        guard error.stage == .execute, error.code == .noSuchFile else { return OperationFailure(reason, "\(error)") }
        return OperationFailure(reason, "cannot run \(error.program): the interpreter that it names does not exist")
    }
}
