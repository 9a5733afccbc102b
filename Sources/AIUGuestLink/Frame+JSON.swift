internal import AIUJSON
package import AIUWire

extension Frame {
    /// A frame with a structured message.
    package init(_ kind: FrameKind, encoding message: some Encodable) throws(WireError) {
        let payload: [UInt8]
        do {
            payload = try JSONText.encode(message)
        } catch {
            throw .malformed(kind, "\(error)")
        }
        guard payload.count <= WireProtocol.longestPayload else { throw .tooLong(payload.count) }
        self.init(kind, payload)
    }
}
