/// A GGUF file, as little of one as is one: made here, so that nothing has to be fetched.
enum SmallModel {
    /// So many rows of 32 numbers; the header says what the file then holds.
    static func bytes(rows: UInt64 = 4, architecture: String = "llama", text: String = "test") -> [UInt8] {
        let head = header(rows: rows, architecture: architecture, text: text)
        return head + [UInt8](repeating: 7, count: Int(rows) * 128)
    }

    /// Everything before the numbers.
    static func header(rows: UInt64, architecture: String = "llama", text: String = "test") -> [UInt8] {
        var bytes = Array("GGUF".utf8) + little(UInt32(3)) + little(UInt64(1)) + little(UInt64(6))
        for (key, value) in [("general.architecture", architecture), ("general.name", text)] {
            bytes += string(key) + little(UInt32(8)) + string(value)
        }
        for (key, value) in [
            ("context_length", 512), ("embedding_length", 32), ("block_count", 1), ("attention.head_count", 1),
        ] as [(String, UInt32)] {
            bytes += string("\(architecture).\(key)") + little(UInt32(4)) + little(value)
        }
        bytes += string("token_embd.weight") + little(UInt32(2)) + little(UInt64(32)) + little(rows)
        bytes += little(UInt32(0)) + little(UInt64(0))
        return bytes + [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32)
    }

    private static func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * Number($0))) }
    }

    private static func string(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }
}
