internal import AIUSystem
internal import AIUWire
internal import CLinux
internal import Glibc

/// A shell of the unprivileged user on the machine's console, from Enter to its end: the way in when vsock is not.
///
/// Until somebody presses Enter it is one open file that the loop watches.
package final class ConsoleShell {
    private let context: GuestContext
    private let path: String
    private var console: Handle?
    private var process: CommandProcess?
    /// How the terminal was before the first shell; programs may leave it in any state.
    private var modes: termios?
    private var isStopped = false

    package init(context: GuestContext, path: String = "/dev/ttyS0") {
        self.context = context
        self.path = path
    }

    package func start() {
        guard !isStopped else { return }
        do throws(SystemError) {
            // Opened anew for each shell: the end of one hangs up every descriptor of its terminal.
            let handle = Handle(try FileDescriptor.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK))
            try context.loop.watch(handle.raw, .read) { [weak self] ready in self?.inputCame(ready) }
            console = handle
        } catch {
            context.journal.info("there is no shell on the console: \(error)")
        }
    }

    /// No shell starts any more; one that runs ends as every process does.
    package func stop() {
        isStopped = true
        close()
    }

    private func inputCame(_ ready: EventLoop.Ready) {
        guard let console else { return }
        // Whole lines, which woke us and mean nothing more; a shell must not take them for commands.
        _ = tcflush(console.raw, TCIFLUSH)
        // A console that was hung up would wake us for ever.
        guard !ready.closed else { return close() }
        beginShell(console)
    }

    private func beginShell(_ console: Handle) {
        do throws(OperationFailure) {
            let account = try PreparedCommand.account(named: nil, context.settings, context.users)
            var request = ExecuteRequest(command: [account.shell, "-l"])
            request.terminal = .init(rows: 24, columns: 80)
            let command = try PreparedCommand(request, settings: context.settings, users: context.users)
            let terminal = try terminal(of: command)
            say("\r\nThe console of \(hostName), with a shell of \(account.name). `exit` ends it.\r\n", on: console)
            process = try CommandProcess(
                command, descriptors: [terminal.raw, terminal.raw, terminal.raw], context: context
            ) {
                // Kept until its process is collected.
                self.shellEnded($0)
            }
            close()
        } catch {
            say("\r\nThere is no shell: \(error)\r\n", on: console)
        }
    }

    /// The shell's own way to the console, which waits, and which the user may open again by name.
    private func terminal(of command: PreparedCommand) throws(OperationFailure) -> Handle {
        do throws(SystemError) {
            let handle = Handle(try FileDescriptor.open(path, O_RDWR | O_NOCTTY))
            if modes == nil {
                var current = termios()
                if unsafe tcgetattr(handle.raw, &current) == 0 { modes = current }
                _ = aiu_resize_terminal(handle.raw, 24, 80)
            }
            if let user = command.spawn.user {
                try SystemError.checkErrno(fchown(handle.raw, user.user, gid_t.max), "hand over", path)
                try SystemError.checkErrno(fchmod(handle.raw, 0o600), "hand over", path)
            }
            return handle
        } catch {
            throw OperationFailure(.io, "the console cannot be opened: \(error)")
        }
    }

    private func shellEnded(_ outcome: Child.Outcome) {
        process?.cleanUp()
        process = nil
        guard !isStopped else { return }
        start()
        guard let console else { return }
        restore(console)
        say("\r\nThe shell has ended. Enter starts another.\r\n", on: console)
    }

    private func restore(_ console: Handle) {
        // Each of these may fail on what is no terminal; then there was nothing to restore.
        if geteuid() == 0 { _ = fchown(console.raw, 0, gid_t.max) }
        if var modes { _ = unsafe tcsetattr(console.raw, TCSANOW, &modes) }
        _ = tcflow(console.raw, TCOON)
        _ = tcflush(console.raw, TCIFLUSH)
    }

    /// Without waiting: somebody may have stopped the output with Ctrl-S.
    private func say(_ text: String, on console: Handle) {
        // A console that takes nothing now has nobody to read it.
        _ = try? console.file.write(Array(text.utf8))
    }

    private var hostName: String {
        // A machine without a name has a console all the same.
        let bytes = (try? Files.read("/proc/sys/kernel/hostname", limit: 256)) ?? []
        return String(decoding: bytes.prefix { $0 > 32 }, as: UTF8.self)
    }

    private func close() {
        if let console { context.loop.unwatch(console.raw) }
        console = nil
    }
}
