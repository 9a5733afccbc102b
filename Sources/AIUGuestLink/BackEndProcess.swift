internal import AIUModel
internal import AIUSystem
internal import Glibc

/// One VM's `aiu-vsockd`: started by us, or found running after a restart.
struct BackEndProcess: ~Copyable {
    private static let readyLine = Array("ready\n".utf8)
    private static let readyLimit: Duration = .seconds(10)

    let pidfd: FileDescriptor

    /// Starts the program; returns when its sockets listen.
    static func start(
        _ program: String, directory: String, contextID: UInt32, consolePath: String
    ) throws(Failure) -> BackEndProcess {
        do {
            let (reader, writer) = try UnixSocket.pair().take()
            let ready = FileDescriptor(owning: reader)
            let readyWriter = FileDescriptor(owning: writer)
            let log = try FileDescriptor.open(
                "\(directory)/backend.log", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o640)
            var request = SpawnRequest(
                program, ["--directory", directory, "--cid", String(contextID), "--console", consolePath])
            request.descriptors = [-1, readyWriter.raw, log.raw]
            request.newSession = true
            request.noNewPrivileges = true
            let child = try Child.spawn(request)
            let process = BackEndProcess(pidfd: try child.pidfd.duplicate())
            _ = consume readyWriter
            guard try waitForReady(ready) else {
                try process.signal(SIGKILL)
                throw Failure(.unavailable, "\(program) did not start: \(lastLine(of: "\(directory)/backend.log"))")
            }
            return process
        } catch let failure as Failure {
            throw failure
        } catch let error as SpawnError {
            throw Failure(.unavailable, "\(error); build it with `make build`, or reinstall the package")
        } catch {
            throw Failure(.internalError, "cannot start a vsock back end: \(error)")
        }
    }

    /// Finds the process that listens in a VM's folder, by the kernel's word and not by a file that may be stale.
    static func find(in directory: String) -> BackEndProcess? {
        do {
            let probe = try UnixSocket.connect("\(directory)/host.sock")
            let peer = try UnixSocket.peer(of: probe.raw)
            return BackEndProcess(pidfd: try ProcessHandle.open(peer.process))
        } catch {
            return nil
        }
    }

    static func isAlive(in directory: String) -> Bool {
        guard let found = find(in: directory) else { return false }
        return found.pidfd.raw >= 0
    }

    func signal(_ number: Int32) throws(SystemError) {
        try ProcessHandle.signal(pidfd, number)
    }

    private static func waitForReady(_ socket: borrowing FileDescriptor) throws(SystemError) -> Bool {
        var limit = timeval(tv_sec: Int(readyLimit.components.seconds), tv_usec: 0)
        try SystemError.checkErrno(
            unsafe setsockopt(
                socket.raw, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size)),
            "limit a wait")
        var received: [UInt8] = []
        while received.count < readyLine.count, let part = try socket.read(upTo: readyLine.count), !part.isEmpty {
            received += part
        }
        return received == readyLine
    }

    private static func lastLine(of path: String) -> String {
        // The log only makes the message better; without it the message still says what failed.
        let text = (try? Files.read(path, limit: 64 << 10)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").last.map(String.init) ?? "it ended without a word"
    }
}
