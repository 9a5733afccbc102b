internal import AIUJSON

extension Frame {
    /// A frame with a structured message. One that does not fit is refused, never cut.
    package init(_ kind: FrameKind, encoding message: some Encodable) throws(WireError) {
        let payload: [UInt8]
        do throws(JSONError) {
            payload = try JSONText.encode(message)
        } catch {
            throw .malformed(kind, "\(error)")
        }
        guard payload.count <= WireProtocol.longestPayload else { throw .tooLong(payload.count) }
        self.init(kind, payload)
    }

    /// The structured message that this frame carries.
    package func message<Message: Decodable>(as type: Message.Type) throws(WireError) -> Message {
        do throws(JSONError) {
            return try JSONText.decode(type, from: payload)
        } catch {
            throw .malformed(kind, "\(error)")
        }
    }
}
