/// Texts of a header.
enum GGUFText {
    /// A key or a tensor's name, which is shown and compared: short, and text.
    static func name(
        _ input: inout GGUFInput, atMost limit: UInt64, _ part: String
    ) throws(GGUFError) -> String {
        let length = try input.integer(UInt64.self, part)
        guard length <= limit else {
            throw input.error(.excessive("a name is \(length) bytes long, and \(limit) is the most"))
        }
        let bytes = try input.bytes(length, part)
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7f }),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw input.error(.malformed("a name is empty or no plain text")) }
        return text
    }

    /// A value: kept when it is short.
    static func value(_ input: inout GGUFInput, _ part: String) throws(GGUFError) -> GGUFValue {
        let length = try self.length(&input, part)
        guard length <= GGUFLimits.keptTextBytes else {
            try input.skip(length, part)
            return .longText(length)
        }
        return .text(String(decoding: try input.bytes(length, part), as: UTF8.self))
    }

    static func skip(_ input: inout GGUFInput, _ part: @autoclosure () -> String) throws(GGUFError) {
        try input.skip(try length(&input, part()), part())
    }

    private static func length(
        _ input: inout GGUFInput, _ part: @autoclosure () -> String
    ) throws(GGUFError) -> UInt64 {
        let length = try input.integer(UInt64.self, part())
        guard length <= GGUFLimits.textBytes else {
            throw input.error(
                .excessive("a text is \(length) bytes long, and \(GGUFLimits.textBytes >> 20) MiB is the most"))
        }
        return length
    }
}
