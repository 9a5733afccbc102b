internal import AIUJSON
internal import AIUSystem
internal import AIUWire

/// Moves a file, such as a VM's archive, to or from the supervisor.
package struct ArchiveSession: ~Copyable {
    private var channel: FrameChannel
    private let purpose: String

    /// `idleLimit` is how long nothing may move.
    package init(
        _ stream: consuming OperationStream, idleLimit: Duration, signals: SignalSource?, purpose: String
    ) {
        channel = FrameChannel(stream, idleLimit: idleLimit, signals: signals, purpose: purpose)
        self.purpose = purpose
    }

    /// Hands over the archive's bytes part by part; returns when the last one came.
    package mutating func receive(_ take: ([UInt8]) throws -> Void) throws {
        while true {
            let frame = try channel.next()
            switch frame.kind {
            case .data: try take(frame.payload)
            case .done: return
            case _: throw channel.unexpected(frame)
            }
        }
    }

    /// Sends what `next` gives until it gives nothing; what was made of it, once everything was checked.
    package mutating func send<Answer: Decodable>(_ next: () throws -> [UInt8]) throws -> Answer {
        while true {
            let bytes = try next()
            if bytes.isEmpty { break }
            try channel.write(Frame(.data, bytes))
        }
        try channel.write(Frame(.done))
        let frame = try channel.next()
        guard frame.kind == .done else { throw channel.unexpected(frame) }
        do throws(JSONError) {
            return try JSONText.decode(Answer.self, from: frame.payload)
        } catch {
            throw ClientError.malformed(request: purpose, reason: error.description)
        }
    }
}

extension Client {
    /// Opens an upgraded connection on which frames go.
    package func frames(_ request: Request) throws(ClientError) -> OperationStream {
        let (raw, rest) = try open(request).takeUpgraded()
        let socket = FileDescriptor(owning: raw)
        var decoder = FrameDecoder()
        decoder.feed(rest)
        return OperationStream(socket: socket, decoder: decoder)
    }
}
