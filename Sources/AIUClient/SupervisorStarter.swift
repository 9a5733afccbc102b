internal import AIUModel
internal import AIUSystem
internal import Glibc

/// Starts the supervisor in the background and waits until it is ready.
package struct SupervisorStarter: Sendable {
    package static let limit: Duration = .seconds(20)
    private static let shownLogLines = 8
    /// The status of an aiud that finds another one on its state.
    private static let alreadyServed: Int32 = 75
    /// libvirt's warnings would fill the log; its errors reach aiud by its API. Too late when aiud's `main` runs: the
    /// loader has then called libguestfs, and that libvirt, which reads this once.
    private static let quietLibvirt = "LIBVIRT_LOG_OUTPUTS=4:file:/dev/null"

    /// The program to start; nil looks beside this program and in PATH.
    private let program: String?
    /// Called before and after the wait, so that it can be shown.
    private let starting: @Sendable () -> Void
    private let ended: @Sendable () -> Void

    package init(
        program: String? = nil, starting: @escaping @Sendable () -> Void = {},
        ended: @escaping @Sendable () -> Void = {}
    ) {
        self.program = program
        self.starting = starting
        self.ended = ended
    }

    /// Returns when somebody listens on the socket, whoever started it.
    func start(_ place: StatePlace, _ patience: Patience) throws(ClientError) {
        let directories = place.directories
        let program = try find()
        starting()
        defer { ended() }
        let deadline = ContinuousClock.now + Self.limit
        let lock: FileDescriptor
        do throws(SystemError) {
            try Files.makeFolder(directories.state)
            try Files.makeFolder(directories.run)
            lock = try FileDescriptor.open("\(directories.run)/start.lock", O_RDWR | O_CREAT)
        } catch {
            throw .startFailed(reason: "cannot start aiud: \(error)", log: [])
        }
        // Two commands at once start one supervisor: the second waits until the first has, and finds it listening.
        while flock(lock.raw, LOCK_EX | LOCK_NB) != 0 {
            try Self.pause(patience, .milliseconds(20), until: deadline)
        }
        // One that an interrupted command left starting will listen soon; one that is ending makes room soon.
        while !Self.isListening(directories), try !launch(program, place, patience, deadline) {
            try Self.pause(patience, .milliseconds(200), until: deadline)
        }
        // Held until here, however the start ended.
        _ = consume lock
    }

    private static func isListening(_ directories: Directories) -> Bool {
        (try? UnixSocket.connect(directories.socket)) != nil  // why not is what we are here for
    }

    /// Waits a moment for somebody else's supervisor, or until a signal comes.
    private static func pause(
        _ patience: Patience, _ length: Duration, until deadline: ContinuousClock.Instant
    ) throws(ClientError) {
        guard .now < deadline else {
            throw .startFailed(reason: "another aiud has been starting or ending for 20 s", log: [])
        }
        var item = pollfd(fd: patience.signals?.raw ?? -1, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(length / .milliseconds(1))
        guard unsafe poll(&item, 1, milliseconds) > 0, let signal = patience.signals?.take() else { return }
        throw .interrupted(signal: signal)
    }

    /// Variables that the supervisor may need. The rest stays here: it could hold secrets, and the supervisor lives long.
    package static func environment(_ all: [String: String]) -> [String] {
        let names: Set = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "SWIFT_BACKTRACE"]
        let prefixes = ["LC_", "XDG_", "AIU_", "LIBGUESTFS_"]
        return all.filter { variable in
            // A token is its bearer's, not the supervisor's.
            !["AIU_TOKEN", "AIU_TOKEN_FILE", "AIU_USER", "AIU_PASSWORD_FILE"].contains(variable.key)
                && (names.contains(variable.key) || prefixes.contains { variable.key.hasPrefix($0) })
        }.map { "\($0.key)=\($0.value)" }.sorted()
    }

    /// The path of the program that would be started.
    package func find() throws(ClientError) -> String {
        if let program { return program }
        var folders: [String] = []
        if let own = ProcessEnvironment.executable, let slash = own.lastIndex(of: "/") {
            folders.append(String(own[..<slash]))
        }
        folders += (ProcessEnvironment.value("PATH") ?? "").split(separator: ":").map(String.init)
        for folder in folders where unsafe access("\(folder)/aiud", X_OK) == 0 { return "\(folder)/aiud" }
        throw .startFailed(reason: "aiud is neither beside aiu nor in PATH; `make build` makes both", log: [])
    }

    /// Whether it is ready; false when another one holds the state.
    private func launch(
        _ program: String, _ place: StatePlace, _ patience: Patience, _ deadline: ContinuousClock.Instant
    ) throws(ClientError) -> Bool {
        let directories = place.directories
        var logLength = 0
        do {
            let log = try FileDescriptor.open(directories.log, O_WRONLY | O_CREAT | O_APPEND)
            logLength = Int(try log.metadata().st_size)
            let ready = try NotificationSocket(in: directories.run)
            var request = SpawnRequest(program)
            if let state = place.explicit { request.arguments = ["--state", state] }
            request.environment =
                Self.environment(ProcessEnvironment.all) + [Self.quietLibvirt, "NOTIFY_SOCKET=\(ready.path)"]
            request.workingDirectory = "/"
            request.descriptors = [-1, log.raw, log.raw]
            request.newSession = true
            let child = try Child.spawn(request)
            try wait(for: child, ready, patience, deadline)
            return true
        } catch let error as ClientError {
            throw error
        } catch Ending.ended(.exited(Self.alreadyServed)) {
            return false
        } catch let error as Ending {
            throw .startFailed(reason: error.description, log: Self.tail(of: directories.log, from: logLength))
        } catch {
            throw .startFailed(reason: "cannot start aiud: \(error)", log: [])
        }
    }

    /// How a start went wrong.
    private enum Ending: Error, CustomStringConvertible {
        case ended(Child.Outcome)
        case late

        var description: String {
            switch self {
            case .ended(.exited(let status)): "aiud ended with status \(status) before it was ready"
            case .ended(.killed(let signal)): "aiud was killed by signal \(signal) before it was ready"
            case .late: "aiud was not ready within 20 s"
            }
        }
    }

    private func wait(
        for child: borrowing Child, _ ready: borrowing NotificationSocket, _ patience: Patience,
        _ deadline: ContinuousClock.Instant
    ) throws {
        while true {
            var items = [
                pollfd(fd: ready.socket.raw, events: Int16(POLLIN), revents: 0),
                pollfd(fd: child.pidfd.raw, events: Int16(POLLIN), revents: 0),
            ]
            if let signals = patience.signals {
                items.append(pollfd(fd: signals.raw, events: Int16(POLLIN), revents: 0))
            }
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            if left <= 0 {
                // It may hang for ever, holding the lock that a second try needs.
                try child.signal(SIGTERM)
                throw Ending.late
            }
            guard unsafe poll(&items, nfds_t(items.count), Int32(left.rounded(.up))) > 0 else { continue }
            if items[0].revents != 0, try ready.receive().contains("READY=1") { return }
            if items[1].revents != 0, let outcome = try child.poll() { throw Ending.ended(outcome) }
            if items.count > 2, items[2].revents != 0, let signal = patience.signals?.take() {
                throw ClientError.interrupted(signal: signal)
            }
        }
    }

    /// The last lines that this start has written.
    private static func tail(of path: String, from offset: Int) -> [String] {
        // The log only explains a failure that is told anyway: what cannot be read of it is not shown.
        guard let file = try? FileDescriptor.open(path, O_RDONLY) else { return [] }
        // Zero is taken for a file that has been rotated.
        let length = Int((try? file.metadata().st_size) ?? 0)
        // A shorter one than before the start has been rotated meanwhile.
        lseek(file.raw, off_t(max(length < offset ? 0 : offset, length - 16384)), SEEK_SET)
        let bytes = (try? file.readToEnd(limit: 32768)) ?? []  // as above
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").suffix(shownLogLines).map(String.init)
    }
}
