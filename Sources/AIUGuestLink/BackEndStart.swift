internal import AIUModel
internal import AIUSystem
internal import Glibc

/// An `aiu-vsockd` that was started and has not yet said that its sockets listen. On the loop's thread, never waiting.
final class BackEndStart {
    private static let readyLine = Array("ready\n".utf8)
    private static let limit: Duration = .seconds(10)

    private let program: String
    private let logPath: String
    private let loop: EventLoop
    private let output: FileDescriptor
    private var process: BackEndProcess?
    private var received: [UInt8] = []
    private var timer: TimerID?
    private var finish: ((Failure?) -> Void)?

    /// Starts the program. Exactly one of `takeProcess` after a success and `cancel` follows.
    init(
        _ program: String, directory: String, contextID: UInt32, consolePath: String, loop: EventLoop
    ) throws(Failure) {
        self.program = program
        self.loop = loop
        logPath = "\(directory)/backend.log"
        do {
            let (reader, writer) = try UnixSocket.pair().take()
            output = FileDescriptor(owning: reader)
            let outputWriter = FileDescriptor(owning: writer)
            let log = try FileDescriptor.open(
                logPath, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o640)
            var request = SpawnRequest(
                program, ["--directory", directory, "--cid", String(contextID), "--console", consolePath])
            request.descriptors = [-1, outputWriter.raw, log.raw]
            request.newSession = true
            request.noNewPrivileges = true
            let child = try Child.spawn(request)
            process = BackEndProcess(pidfd: try child.pidfd.duplicate())
            try output.setNonBlocking()
        } catch let error as SpawnError {
            throw Failure(.unavailable, "\(error); build it with `make build`, or reinstall the package")
        } catch {
            throw Failure(.internalError, "cannot start a vsock back end: \(error)")
        }
    }

    /// Calls once, with nil when the sockets listen.
    func whenReady(_ finish: @escaping (Failure?) -> Void) {
        self.finish = finish
        do throws(SystemError) {
            // The handlers keep this alive until it has finished.
            try loop.watch(output.raw, .read) { _ in self.receive() }
        } catch {
            return end(Failure(.internalError, "cannot wait for \(program): \(error)"))
        }
        timer = loop.after(Self.limit) {
            self.end(Failure(.unavailable, "\(self.program) was not ready within \(Self.limit)"))
        }
    }

    func takeProcess() -> BackEndProcess? { process.take() }

    /// Ends the program; whoever waits for it is told.
    func cancel() { end(Failure(.busy, "the VM was stopped while its vsock back end started")) }

    private func receive() {
        do throws(SystemError) {
            guard let part = try output.read(upTo: Self.readyLine.count - received.count) else { return }
            received += part
            if received == Self.readyLine { return end(nil) }
            guard !part.isEmpty, Self.readyLine.starts(with: received) else {
                return end(Failure(.unavailable, "\(program) did not start: \(lastLine)"))
            }
        } catch {
            end(Failure(.unavailable, "\(program) did not start: \(error)"))
        }
    }

    private func end(_ failure: Failure?) {
        loop.unwatch(output.raw)
        if let timer { loop.cancel(timer) }
        timer = nil
        if failure != nil { process.take()?.end(loop: loop) }
        let waiting = finish
        finish = nil
        waiting?(failure)
    }

    private var lastLine: String {
        // The log only makes the message better; without it the message still says what failed.
        let text = (try? Files.read(logPath, limit: 64 << 10)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").last.map(String.init) ?? "it ended without a word"
    }
}
