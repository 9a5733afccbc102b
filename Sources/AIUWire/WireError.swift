/// What is wrong with the bytes of a peer.
package enum WireError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooLong(Int)
    case unknownKind(UInt8)
    case unexpected(FrameKind)
    case malformed(FrameKind, String)
    case closed

    package var description: String {
        switch self {
        case .tooLong(let length): "a frame of \(length) bytes is over the limit of \(WireProtocol.longestPayload)"
        case .unknownKind(let kind): "frame kind \(kind) is unknown to this version"
        case .unexpected(let kind): "a \(kind) frame does not belong here"
        case .malformed(let kind, let reason): "a \(kind) frame is malformed: \(reason)"
        case .closed: "the connection was closed in the middle of a message"
        }
    }
}
