internal import AIUModel
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Asks a back end for a new stream to the agent's operation port.
final class OperationDialer {
    private static let longestAnswer = 32

    private var socket: FileDescriptor?
    private let loop: EventLoop
    private var answer: [UInt8] = []
    private var timer: TimerID?
    private var finish: ((Result<Int32, Failure>) -> Void)?

    init(
        directory: String, loop: EventLoop, limit: Duration, finish: @escaping (Result<Int32, Failure>) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.finish = finish
        let socket = try UnixSocket.connect("\(directory)/host.sock")
        try socket.setNonBlocking()
        _ = try socket.write(Array("CONNECT \(WireProtocol.port)\n".utf8))
        let raw = socket.raw
        self.socket = consume socket
        // The handlers keep the dialer alive until it has finished.
        try loop.watch(raw, .read) { _ in self.receive() }
        timer = loop.after(limit) { self.fail("the agent did not take the connection within \(limit)") }
    }

    private func receive() {
        do {
            while answer.last != UInt8(ascii: "\n") {
                // One byte at a time: what follows the line belongs to the operation.
                guard let part = try socket?.read(upTo: 1) else { return }
                guard let byte = part.first, answer.count < Self.longestAnswer else {
                    return fail("the agent does not take connections now")
                }
                answer.append(byte)
            }
            guard answer.starts(with: Array("OK ".utf8)) else { return fail("the back end gave a wrong answer") }
            succeed()
        } catch {
            fail("\(error)")
        }
    }

    private func succeed() {
        guard let finish = take() else { return }
        guard let socket = self.socket.take() else { return }
        do {
            try socket.setNonBlocking(false)
            finish(.success(socket.release()))
        } catch {
            finish(.failure(Failure(.internalError, "cannot hand over a stream to the agent: \(error)")))
        }
    }

    private func fail(_ reason: String) {
        guard let finish = take() else { return }
        socket = nil
        finish(.failure(Failure(.unavailable, "cannot reach the agent: \(reason)")))
    }

    private func take() -> ((Result<Int32, Failure>) -> Void)? {
        guard let finish else { return nil }
        self.finish = nil
        if let raw = socket?.raw { loop.unwatch(raw) }
        if let timer { loop.cancel(timer) }
        return finish
    }
}
