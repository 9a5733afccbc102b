internal import AIUModel
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Asks a back end for a stream: to the agent's operation port, or to the console.
final class BackEndDialer {
    /// What the stream is for.
    enum Destination {
        case operations, console

        fileprivate var socket: String {
            switch self {
            case .operations: "host.sock"
            case .console: "console_attach"
            }
        }

        fileprivate var request: String {
            switch self {
            case .operations: "CONNECT \(WireProtocol.port)\n"
            case .console: ""
            }
        }

        /// Why a back end ends the connection without an answer.
        fileprivate var refusal: String {
            switch self {
            case .operations: "the agent does not take connections now"
            case .console: "the back end ended the connection"
            }
        }

        fileprivate var name: String {
            switch self {
            case .operations: "the agent"
            case .console: "the console"
            }
        }
    }

    private static let longestAnswer = 32

    private let destination: Destination
    private var socket: FileDescriptor?
    private let loop: EventLoop
    private var answer: [UInt8] = []
    private var timer: TimerID?
    private var finish: ((Result<Int32, Failure>) -> Void)?

    init(
        _ destination: Destination, directory: String, loop: EventLoop, limit: Duration,
        finish: @escaping (Result<Int32, Failure>) -> Void
    ) throws(SystemError) {
        self.destination = destination
        self.loop = loop
        self.finish = finish
        // Never waits: a back end that hangs must not hold up the links to all other VMs.
        let socket = try UnixSocket.connectNow("\(directory)/\(destination.socket)")
        // Nothing at all cannot be written to a back end that has answered, with a refusal, and closed.
        if !destination.request.isEmpty { _ = try socket.write(Array(destination.request.utf8)) }
        let raw = socket.raw
        self.socket = consume socket
        // The handlers keep the dialer alive until it has finished.
        try loop.watch(raw, .read) { _ in self.receive() }
        timer = loop.after(limit) { self.fail("it did not take the connection within \(limit)") }
    }

    private func receive() {
        do {
            while answer.last != UInt8(ascii: "\n") {
                // One byte at a time: what follows the line belongs to the stream.
                guard let part = try socket?.read(upTo: 1) else { return }
                guard let byte = part.first, answer.count < Self.longestAnswer else {
                    return fail(destination.refusal)
                }
                answer.append(byte)
            }
            if destination == .console, answer == Array("BUSY\n".utf8) {
                return end(
                    Failure(.busy, "somebody is attached to the VM's console already; it takes one at a time"))
            }
            guard answer.starts(with: Array("OK".utf8)) else { return fail("the back end gave a wrong answer") }
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
            finish(.failure(Failure(.internalError, "cannot hand over a stream to \(destination.name): \(error)")))
        }
    }

    private func fail(_ reason: String) { end(Failure(.unavailable, "cannot reach \(destination.name): \(reason)")) }

    private func end(_ failure: Failure) {
        guard let finish = take() else { return }
        socket = nil
        finish(.failure(failure))
    }

    private func take() -> ((Result<Int32, Failure>) -> Void)? {
        guard let finish else { return nil }
        self.finish = nil
        if let raw = socket?.raw { loop.unwatch(raw) }
        if let timer { loop.cancel(timer) }
        return finish
    }
}
