package import AIUSystem
internal import CLinux
internal import Glibc

/// The control groups of commands, below one that keeps memory and processes of all of them within bounds.
package final class CommandGroups {
    private static let root = "/sys/fs/cgroup"
    private static let mostRetries = 12
    private static let mostProcesses = 8192

    private let loop: EventLoop
    private let journal: Journal
    private let work: String
    private var lastNumber = 0
    private var knownMemory: UInt64 = 0
    /// Made ahead, so that a command need not wait for it.
    private var spare: CommandGroup?

    /// Makes the tree below a mounted cgroup2.
    package init(loop: EventLoop, journal: Journal) throws(SystemError) {
        self.loop = loop
        self.journal = journal
        work = "\(Self.root)/work"
        try Self.set("\(Self.root)/cgroup.subtree_control", "+memory +pids +cpu")
        try Files.makeFolder(work, mode: 0o755)
        try Self.set("\(work)/cgroup.subtree_control", "+memory +pids +cpu")
        try Self.set("\(work)/pids.max", "\(Self.mostProcesses)")
    }

    /// Leaves the agent and the kernel enough to answer, however much the commands want. Called again as memory is
    /// plugged and unplugged.
    package func limit(memoryTotal: UInt64) {
        guard memoryTotal != knownMemory else { return }
        knownMemory = memoryTotal
        let reserve = min(max(memoryTotal / 16, 16 << 20), 256 << 20)
        do throws(SystemError) {
            try Self.set("\(work)/memory.max", "\(memoryTotal > 2 * reserve ? memoryTotal - reserve : memoryTotal / 2)")
        } catch {
            journal.warning("the memory of commands is not limited: \(error)")
        }
    }

    /// A new group, nil when there is none to be had: the command then runs without.
    func take(memoryLimit: Int? = nil) -> CommandGroup? {
        guard let group = spare ?? make() else { return nil }
        spare = nil
        if let memoryLimit { limit(group, to: memoryLimit) }
        return group
    }

    private func limit(_ group: CommandGroup, to bytes: Int) {
        do throws(SystemError) {
            try Self.set("\(group.path)/memory.max", "\(bytes)")
            // One process of a command that went over takes the others with it, instead of leaving half of them.
            try Self.set("\(group.path)/memory.oom.group", "1")
        } catch {
            journal.warning("a command runs without a memory limit of its own: \(error)")
        }
    }

    /// Makes the next command's group ahead.
    func prepare() {
        if spare == nil { spare = make() }
    }

    private func make() -> CommandGroup? {
        lastNumber += 1
        let path = "\(work)/\(lastNumber)"
        do throws(SystemError) {
            try SystemError.checkErrno(unsafe mkdir(path, 0o755), "make the control group", path)
            return CommandGroup(path: path, members: Handle(try FileDescriptor.open("\(path)/cgroup.procs", O_WRONLY)))
        } catch {
            journal.warning("a command runs without a control group: \(error)")
            _ = unsafe rmdir(path)
            return nil
        }
    }

    /// Removes a group, if none of its processes is left.
    func removeEmpty(_ group: CommandGroup) -> Bool { unsafe rmdir(group.path) == 0 }

    /// Removes a group once its last process is collected.
    func remove(_ group: CommandGroup) { remove(group.path, attempt: 0) }

    private func remove(_ path: String, attempt: Int) {
        guard unsafe rmdir(path) != 0, Errno.current != .noSuchFile else { return }
        guard attempt < Self.mostRetries else {
            return journal.warning("the control group \(path) could not be removed: \(Errno.current)")
        }
        // Killed processes are still on their way out.
        loop.after(.milliseconds(2 << attempt)) { [self] in remove(path, attempt: attempt + 1) }
    }

    static func set(_ path: String, _ value: String) throws(SystemError) {
        do throws(SystemError) {
            try FileDescriptor.open(path, O_WRONLY).writeAll(Array(value.utf8))
        } catch {
            throw SystemError("set", path, code: error.code)
        }
    }
}

/// The control group of one command.
final class CommandGroup {
    let path: String
    /// The open `cgroup.procs`.
    let members: Handle

    init(path: String, members: Handle) {
        self.path = path
        self.members = members
    }

    func kill() {
        // Fails only when the group is gone, and then nothing is left to kill.
        try? CommandGroups.set("\(path)/cgroup.kill", "1")
    }
}
