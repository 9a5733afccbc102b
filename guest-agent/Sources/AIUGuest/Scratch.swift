internal import AIUWire

/// The one buffer that everything on the loop reads into: one frame with its header.
@safe final class Scratch {
    static let size = WireProtocol.headerLength + WireProtocol.longestPayload

    let bytes: UnsafeMutableRawBufferPointer

    init() { unsafe bytes = .allocate(byteCount: Self.size, alignment: 16) }

    deinit { unsafe bytes.deallocate() }

    /// The part that holds a frame's payload.
    var payload: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[WireProtocol.headerLength...])
    }

    /// Puts the header in front of a payload that lies in place; the whole frame.
    func frame(_ kind: FrameKind, payloadLength: Int) -> UnsafeRawBufferPointer {
        let length = UInt32(payloadLength)
        for index in 0..<4 { unsafe bytes[index] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(index))) }
        unsafe bytes[4] = kind.rawValue
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[..<(WireProtocol.headerLength + payloadLength)])
    }
}
