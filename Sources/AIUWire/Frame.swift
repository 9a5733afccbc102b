/// One message on a connection: a kind and at most 64 KiB.
package struct Frame: Equatable, Sendable {
    package let kind: FrameKind
    package let payload: [UInt8]

    package init(_ kind: FrameKind, _ payload: [UInt8] = []) {
        self.kind = kind
        self.payload = payload
    }

    /// Header and payload, ready to send. A payload over the limit is a programming error of the sender.
    package var encoded: [UInt8] {
        precondition(payload.count <= WireProtocol.longestPayload)
        let length = UInt32(payload.count)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(WireProtocol.headerLength + payload.count)
        bytes += [UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8)]
        bytes += [UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 24), kind.rawValue]
        bytes += payload
        return bytes
    }
}
