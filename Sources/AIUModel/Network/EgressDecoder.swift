/// Cuts what comes from the other end into messages.
package struct EgressDecoder: Sendable {
    /// What the other end of this socket never sends.
    package enum Fault: Error, Equatable, Sendable, CustomStringConvertible {
        case tooLong(Int)
        case unknownKind(UInt8)

        package var description: String {
            switch self {
            case .tooLong(let length): "a message of \(length) bytes is longer than \(EgressMessage.longestPayload)"
            case .unknownKind(let kind): "there is no message of kind \(kind)"
            }
        }
    }

    private var buffer: [UInt8] = []
    private var start = 0

    package init() {}

    package mutating func feed(_ bytes: some Collection<UInt8>) {
        if start > 0, start >= buffer.count - start {
            discard()
        }
        buffer += bytes
    }

    /// The next whole message, nil until more bytes come.
    package mutating func next() throws(Fault) -> EgressMessage? {
        guard buffer.count - start >= EgressMessage.headerLength else { return nil }
        var length = 0
        for index in (0..<4).reversed() { length = length << 8 | Int(buffer[start + index]) }
        guard length <= EgressMessage.longestPayload else { throw .tooLong(length) }
        guard let kind = EgressMessage.Kind(rawValue: buffer[start + 4]) else { throw .unknownKind(buffer[start + 4]) }
        let body = start + EgressMessage.headerLength
        guard buffer.count >= body + length else { return nil }
        let message = EgressMessage(kind, Array(buffer[body..<body + length]))
        // Nothing of a secret stays behind in here.
        for index in body..<body + length { buffer[index] = 0 }
        start = body + length
        if start == buffer.count { discard() }
        return message
    }

    private mutating func discard() {
        buffer.removeSubrange(..<start)
        start = 0
    }
}
