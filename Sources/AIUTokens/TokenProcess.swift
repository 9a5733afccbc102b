internal import AIUSystem
internal import AIUTokenLink
internal import CLinux
internal import Glibc

/// One run of the counting program.
final class TokenProcess {
    private let child: Child
    private let socket: FileDescriptor

    private init(_ child: consuming Child, _ socket: consuming FileDescriptor) {
        self.child = child
        self.socket = socket
    }

    /// Starts the program. It ends with this process.
    static func start(_ program: String) throws(TokenProblem) -> TokenProcess {
        do {
            let (near, far) = try UnixSocket.pair().take()
            let socket = FileDescriptor(owning: near)
            let other = FileDescriptor(owning: far)
            // Its end is looked for; no report of it in our log.
            var request = SpawnRequest(program, environment: ["SWIFT_BACKTRACE=enable=no"])
            request.descriptors = [-1, -1, STDERR_FILENO, other.raw]
            request.newSession = true
            request.noNewPrivileges = true
            request.deathSignal = SIGKILL
            return TokenProcess(try Child.spawn(request), socket)
        } catch let error as SpawnError {
            throw .notStarted("\(error); build it with `make build`, or reinstall the package")
        } catch {
            throw .notStarted("\(error)")
        }
    }

    deinit {
        do throws(SystemError) {
            try child.signal(SIGKILL)
            _ = try child.wait()
        } catch {
            // It has ended and was collected already.
        }
    }

    /// Asks, and waits for the answer. Whatever goes wrong, the process is of no use any more.
    func ask(
        _ question: TokenQuestion, _ text: [UInt8] = [], file: Int32? = nil, within limit: Duration
    ) throws(TokenProblem) -> TokenAnswer {
        let deadline = ContinuousClock.now + limit
        try send(question.encoded + text, file)
        guard let answer = TokenAnswer(try receive(TokenAnswer.headerLength, until: deadline)) else {
            throw .ended("what it answered cannot be understood")
        }
        guard answer.isRefused else { return answer }
        throw .refused(Self.harmless(try receive(answer.reasonLength, until: deadline)))
    }

    private func send(_ bytes: [UInt8], _ file: Int32?) throws(TokenProblem) {
        var sent = 0
        while sent < bytes.count {
            let files = sent == 0 ? [file].compactMap { $0 } : []
            let result = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sent...])
                return unsafe aiu_send_with_fds(socket.raw, rest.baseAddress, rest.count, files, files.count)
            }
            guard result > 0 else { throw .ended("it hears no more") }
            sent += result
        }
    }

    private func receive(_ count: Int, until deadline: ContinuousClock.Instant) throws(TokenProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let left = deadline - .now
            guard left > .zero else { throw .late }
            var waiting = pollfd(fd: socket.raw, events: Int16(POLLIN), revents: 0)
            let milliseconds = Int32(clamping: Int64((left / .milliseconds(1)).rounded(.up)))
            let ready = unsafe poll(&waiting, 1, milliseconds)
            guard ready > 0 else { continue }
            let part: [UInt8]?
            do throws(SystemError) {
                part = try socket.read(upTo: count - bytes.count)
            } catch {
                throw .ended("\(error)")
            }
            guard let part, !part.isEmpty else { throw .ended("it ended without an answer") }
            bytes += part
        }
        return bytes
    }

    /// A hostile file may have put it there.
    private static func harmless(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}

/// Why the counting program gave no count.
enum TokenProblem: Error {
    case notStarted(String)
    /// It goes on, and said why.
    case refused(String)
    case ended(String)
    case late
}
