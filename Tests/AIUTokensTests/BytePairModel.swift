/// A GGUF file with nothing in it but a vocabulary of byte pairs.
enum BytePairModel {
    private static let merges = [
        "Ġ t", "h e", "Ġt he", "i n", "Ġ w", "Ġw o", "Ġwo r", "Ġwor d", "w o", "wo r", "wor d",
    ]

    static var bytes: [UInt8] { make(tokens: alphabet + merges.map { $0.filter { $0 != " " } }, merges: merges) }

    /// Of another kind that cannot spell most texts: the library ends its process over them.
    static var deadly: [UInt8] { make("llama", tokens: ["a"], merges: []) }

    /// The signs that stand for the 256 bytes.
    private static var alphabet: [String] {
        var other: UInt32 = 256
        return (UInt32(0)..<256).map { byte in
            let shown = (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
            defer { if !shown { other += 1 } }
            return String(Unicode.Scalar(shown ? byte : other).map(Character.init) ?? "?")
        }
    }

    private static func make(_ kind: String = "gpt2", tokens: [String], merges: [String]) -> [UInt8] {
        var fields: [[UInt8]] = [
            ("general.architecture", "llama"), ("tokenizer.ggml.model", kind), ("tokenizer.ggml.pre", "gpt-2"),
        ].map { string($0) + little(UInt32(8)) + string($1) }
        for (key, value) in [
            ("context_length", 512), ("embedding_length", 32), ("block_count", 1), ("attention.head_count", 1),
            ("feed_forward_length", 32), ("vocab_size", UInt32(tokens.count)),
        ] as [(String, UInt32)] {
            fields.append(string("llama.\(key)") + little(UInt32(4)) + little(value))
        }
        fields.append(
            string("llama.attention.layer_norm_rms_epsilon") + little(UInt32(6)) + little(Float(1e-5).bitPattern))
        for (key, list) in [("tokens", tokens), ("merges", merges)] {
            fields.append(
                string("tokenizer.ggml.\(key)") + little(UInt32(9)) + little(UInt32(8)) + little(UInt64(list.count))
                    + list.flatMap { string($0) })
        }
        let bytes = Array("GGUF".utf8) + little(UInt32(3)) + little(UInt64(0)) + little(UInt64(fields.count))
        return bytes + fields.flatMap { $0 } + [UInt8](repeating: 0, count: 32)
    }

    private static func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * Number($0))) }
    }

    private static func string(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }
}
