package import AIUSystem
internal import AIUModel
internal import Glibc

/// One request on a connection of its own, and the answer as it comes.
package final class Exchange {
    private static let readSize = 64 * 1024

    package let head: HTTPHead
    private let socket: FileDescriptor
    private let patience: Patience
    private let purpose: String
    private var parser: HTTPResponseParser

    /// Sends the request and waits for the head of the answer.
    package init(
        _ request: Request, on socket: consuming FileDescriptor, patience: Patience
    ) throws(ClientError) {
        do throws(SystemError) { try socket.setNonBlocking() } catch { throw .system(error) }
        purpose = request.purpose
        self.patience = patience
        try Self.send(request, on: socket, patience)
        var parser = HTTPResponseParser()
        head = try Self.receiveHead(from: socket, &parser, patience, request.purpose)
        self.parser = parser
        self.socket = socket
    }

    /// The next part of the body, nil at its end.
    package func nextPart() throws(ClientError) -> [UInt8]? {
        while true {
            switch try Self.next(of: &parser, purpose) {
            case .body(let part): return part
            case .end: return nil
            case .head, nil:
                if parser.isFinished { return nil }
                try Self.receive(from: socket, into: &parser, patience, purpose)
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

    private static func receive(
        from socket: borrowing FileDescriptor, into parser: inout HTTPResponseParser, _ patience: Patience,
        _ purpose: String
    ) throws(ClientError) {
        while true {
            let bytes: [UInt8]?
            do throws(SystemError) {
                bytes = try socket.read(upTo: readSize)
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

    private static func receiveHead(
        from socket: borrowing FileDescriptor, _ parser: inout HTTPResponseParser, _ patience: Patience,
        _ purpose: String
    ) throws(ClientError) -> HTTPHead {
        while true {
            if case .head(let head)? = try next(of: &parser, purpose) { return head }
            try receive(from: socket, into: &parser, patience, purpose)
        }
    }

    private static func next(
        of parser: inout HTTPResponseParser, _ purpose: String
    ) throws(ClientError) -> HTTPResponseParser.Event? {
        do throws(HTTPError) { return try parser.next() } catch {
            throw .malformed(request: purpose, reason: error.description)
        }
    }
}
