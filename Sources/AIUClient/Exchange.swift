internal import AIUModel
package import AIUSystem
internal import Glibc

/// One request on a connection of its own, and the answer as it comes.
package final class Exchange {
    private static let readSize = 64 * 1024

    private let socket: FileDescriptor
    private let purpose: String
    private var parser = HTTPResponseParser()
    /// May change between two waits: what was read until then stays.
    package var patience: Patience
    /// Asked once when the answer breaks off: a better reason, where there is one.
    var whenBroken: (() -> ClientError?)?

    /// Sends the request; the answer is still to come.
    package init(
        _ request: Request, on socket: consuming FileDescriptor, patience: Patience
    ) throws(ClientError) {
        do throws(SystemError) { try socket.setNonBlocking() } catch { throw .system(error) }
        try Self.send(request, on: socket, patience)
        purpose = request.purpose
        self.patience = patience
        self.socket = socket
    }

    /// Waits for status and headers; to be called before the body is asked for.
    package func head() throws(ClientError) -> HTTPHead {
        while true {
            if case .head(let head)? = try nextEvent() { return head }
            try receive()
        }
    }

    /// The next part of the body, nil at its end.
    package func nextPart() throws(ClientError) -> [UInt8]? {
        do throws(ClientError) {
            return try part()
        } catch {
            guard case .connectionLost = error, let ask = whenBroken else { throw error }
            whenBroken = nil
            throw ask() ?? error
        }
    }

    private func part() throws(ClientError) -> [UInt8]? {
        while true {
            switch try nextEvent() {
            case .body(let part): return part
            case .end: return nil
            case .head, nil:
                if parser.isFinished { return nil }
                try receive()
            }
        }
    }

    /// The whole body; a longer one is refused.
    package func body(limit: Int) throws(ClientError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let part = try nextPart() {
            bytes += part
            if bytes.count > limit {
                throw .malformed(request: purpose, reason: HTTPError.bodyTooLong(limit: limit).description)
            }
        }
        return bytes
    }

    /// The socket of an upgraded connection, non-blocking, and what was read from it too far. The caller owns both.
    package func takeUpgraded() throws(ClientError) -> (socket: Int32, rest: [UInt8]) {
        do throws(SystemError) {
            return (try socket.duplicate().release(), parser.takeRest())
        } catch {
            throw .system(error)
        }
    }

    private static func send(
        _ request: Request, on socket: borrowing FileDescriptor, _ patience: Patience
    ) throws(ClientError) {
        let bytes = request.encoded
        var offset = 0
        while offset < bytes.count {
            let written: Int?
            do throws(SystemError) {
                written = try socket.write(bytes, from: offset)
            } catch {
                // A supervisor that refuses a long body closes before it has read all of it; its answer says why.
                if error.code == .brokenPipe || error.code == .connectionReset { return }
                throw .connectionLost(request: request.purpose, reason: error.code.description)
            }
            if let written {
                offset += written
            } else {
                try patience.wait(for: socket.raw, POLLOUT, during: request.purpose)
            }
        }
    }

    private func receive() throws(ClientError) {
        while true {
            let bytes: [UInt8]?
            do throws(SystemError) {
                bytes = try socket.read(upTo: Self.readSize)
            } catch {
                throw .connectionLost(request: purpose, reason: error.code.description)
            }
            guard let bytes else {
                try patience.wait(for: socket.raw, POLLIN, during: purpose)
                continue
            }
            if !bytes.isEmpty {
                parser.feed(bytes)
            } else {
                do throws(HTTPError) {
                    try parser.close()
                } catch {
                    throw .connectionLost(request: purpose, reason: "aiud closed it")
                }
            }
            return
        }
    }

    private func nextEvent() throws(ClientError) -> HTTPResponseParser.Event? {
        do throws(HTTPError) { return try parser.next() } catch {
            throw .malformed(request: purpose, reason: error.description)
        }
    }
}
