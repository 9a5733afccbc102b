internal import AIUModel
internal import AIUSystem

/// One question to a VM's proxy, asked as a guest would: the request, and the head of the answer.
final class EgressAttempt {
    private static let longestHead = 16 << 10
    private static let end = Array("\r\n\r\n".utf8)

    private let socket: FileDescriptor
    private let loop: EventLoop
    private var received: [UInt8] = []
    private var timer: TimerID?
    private var finish: ((Result<[UInt8], Failure>) -> Void)?

    init(
        _ request: [UInt8], at path: String, limit: Duration, loop: EventLoop,
        finish: @escaping (Result<[UInt8], Failure>) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.finish = finish
        socket = try UnixSocket.connectNow(path)
        // A request is shorter than any socket's buffer.
        guard try socket.write(request) == request.count else { throw SystemError("ask", path, code: .wouldBlock) }
        // The handlers keep this alive until it has finished.
        try loop.watch(socket.raw, .read) { _ in self.receive() }
        timer = loop.after(limit) {
            self.done(.failure(Failure(.timedOut, "its proxy did not answer within \(limit)")))
        }
    }

    private func receive() {
        do throws(SystemError) {
            guard let part = try socket.read(upTo: Self.longestHead - received.count) else { return }
            received += part
            let isWhole = received.indices.contains { received[$0...].starts(with: Self.end) }
            if part.isEmpty || isWhole || received.count >= Self.longestHead { done(.success(received)) }
        } catch {
            done(.failure(Failure(.unavailable, "its proxy broke off: \(error)")))
        }
    }

    private func done(_ result: Result<[UInt8], Failure>) {
        guard let finish else { return }
        self.finish = nil
        loop.unwatch(socket.raw)
        if let timer { loop.cancel(timer) }
        timer = nil
        finish(result)
    }
}
