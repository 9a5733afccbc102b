internal import AIUJSON
package import AIUSystem

/// One end of a connection to the process with the models: messages of JSON with floats behind them.
///
/// A message is two lengths of four bytes, low byte first, then so many bytes of JSON and so many of floats.
package struct InferenceChannel: ~Copyable, Sendable {
    package static let longestMessage = 4 << 20
    package static let longestFloats = 64 << 20

    package let socket: FileDescriptor

    package init(_ socket: consuming FileDescriptor) { self.socket = socket }

    /// The next message, nil when the other end closed the connection between two.
    package func receive<Message: Decodable>(
        _ type: Message.Type, floatLimit: Int = longestFloats
    ) throws(InferenceError) -> Received<Message>? {
        let header = try read(8, orEnd: true)
        if header.isEmpty { return nil }
        let length = Self.length(header[0..<4])
        let floats = Self.length(header[4..<8])
        guard length <= Self.longestMessage else { throw .tooLong(length) }
        guard floats <= floatLimit, floats % 4 == 0 else { throw .tooLong(floats) }
        let text = try read(length)
        let payload = try read(floats)
        do throws(JSONError) {
            return Received(message: try JSONText.decode(type, from: text), floats: Self.floats(payload))
        } catch {
            throw .malformed("\(error)")
        }
    }

    package func send(_ message: some Encodable, floats: [Float] = []) throws(InferenceError) {
        let text: [UInt8]
        do throws(JSONError) { text = try JSONText.encode(message) } catch { throw .malformed("\(error)") }
        guard text.count <= Self.longestMessage else { throw .tooLong(text.count) }
        guard floats.count * 4 <= Self.longestFloats else { throw .tooLong(floats.count * 4) }
        do throws(SystemError) {
            try socket.writeAll(Self.bytes(text.count) + Self.bytes(floats.count * 4) + text + Self.bytes(floats))
        } catch {
            throw .lost("\(error)")
        }
    }

    private func read(_ count: Int, orEnd: Bool = false) throws(InferenceError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try socket.readAll(count: count) } catch { throw .lost("\(error)") }
        guard bytes.count == count || (orEnd && bytes.isEmpty) else { throw .lost("the connection was closed") }
        return bytes
    }

    private static func length(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func bytes(_ length: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    }

    private static func bytes(_ floats: [Float]) -> [UInt8] {
        unsafe floats.withUnsafeBytes { unsafe [UInt8]($0) }
    }

    private static func floats(_ bytes: [UInt8]) -> [Float] {
        unsafe [Float](unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
            unsafe UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes)
            count = bytes.count / 4
        }
    }
}

/// A message with the floats that followed it.
package struct Received<Message> {
    package let message: Message
    package let floats: [Float]
}
