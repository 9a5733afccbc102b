import AIUModels

/// Writes GGUF files, right ones and wrong ones.
struct GGUFWriter {
    indirect enum Value {
        case u8(UInt8)
        case i8(Int8)
        case u16(UInt16)
        case i16(Int16)
        case u32(UInt32)
        case i32(Int32)
        case f32(Float)
        case bool(UInt8)
        case text(String)
        case list(GGUFValueType, [Value])
        case u64(UInt64)
        case i64(Int64)
        case f64(Double)

        var type: GGUFValueType {
            switch self {
            case .u8: .uint8
            case .i8: .int8
            case .u16: .uint16
            case .i16: .int16
            case .u32: .uint32
            case .i32: .int32
            case .f32: .float32
            case .bool: .bool
            case .text: .text
            case .list: .array
            case .u64: .uint64
            case .i64: .int64
            case .f64: .float64
            }
        }

        var bytes: [UInt8] {
            switch self {
            case .u8(let value), .bool(let value): [value]
            case .i8(let value): [UInt8(bitPattern: value)]
            case .u16(let value): GGUFWriter.little(value)
            case .i16(let value): GGUFWriter.little(value)
            case .u32(let value): GGUFWriter.little(value)
            case .i32(let value): GGUFWriter.little(value)
            case .f32(let value): GGUFWriter.little(value.bitPattern)
            case .u64(let value): GGUFWriter.little(value)
            case .i64(let value): GGUFWriter.little(value)
            case .f64(let value): GGUFWriter.little(value.bitPattern)
            case .text(let text): GGUFWriter.text(text)
            case .list(let type, let values):
                GGUFWriter.little(type.rawValue) + GGUFWriter.little(UInt64(values.count)) + values.flatMap(\.bytes)
            }
        }
    }

    struct Tensor {
        var name: String
        var shape: [UInt64]
        var type: UInt32
        /// Where its data is; after the tensor before when nil.
        var offset: UInt64?
        var size: UInt64
    }

    var version: UInt32 = 3
    var values: [(key: String, value: Value)] = []
    var tensors: [Tensor] = []
    var alignment: UInt64 = 32
    /// Stated instead of the real ones.
    var tensorCount: UInt64?
    var valueCount: UInt64?

    subscript(key: String) -> Value? {
        get { values.first { $0.key == key }?.value }
        set {
            values.removeAll { $0.key == key }
            if let newValue { values.append((key, newValue)) }
        }
    }

    mutating func add(_ name: String, _ shape: [UInt64], _ kind: String = "F32", offset: UInt64? = nil) {
        guard let type = TensorType.all.first(where: { $0.name == kind }) else {
            preconditionFailure("no type \(kind)")
        }
        let elements = shape.reduce(1, *)
        tensors.append(
            Tensor(
                name: name, shape: shape, type: type.number, offset: offset,
                size: elements / type.elements * type.bytes))
    }

    var header: [UInt8] {
        var bytes = Array("GGUF".utf8) + Self.little(version)
        bytes += Self.little(tensorCount ?? UInt64(tensors.count)) + Self.little(valueCount ?? UInt64(values.count))
        for (key, value) in values { bytes += Self.text(key) + Self.little(value.type.rawValue) + value.bytes }
        var next: UInt64 = 0
        for tensor in tensors {
            bytes += Self.text(tensor.name) + Self.little(UInt32(tensor.shape.count))
            bytes += tensor.shape.flatMap { Self.little($0) } + Self.little(tensor.type)
            bytes += Self.little(tensor.offset ?? next)
            next = aligned((tensor.offset ?? next) + tensor.size)
        }
        return bytes
    }

    /// With data that differs from place to place.
    var file: [UInt8] {
        var bytes = header
        bytes += [UInt8](repeating: 0, count: Int(aligned(UInt64(bytes.count))) - bytes.count)
        for tensor in tensors {
            bytes += (0..<tensor.size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
            bytes += [UInt8](repeating: 0, count: Int(aligned(tensor.size) - tensor.size))
        }
        return bytes
    }

    private func aligned(_ size: UInt64) -> UInt64 { (size + alignment - 1) / alignment * alignment }

    static func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * Number($0))) }
    }

    static func text(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }

    /// A model of the usual kind, very small.
    static var small: GGUFWriter {
        var writer = GGUFWriter()
        writer["general.architecture"] = .text("llama")
        writer["general.name"] = .text("Small test")
        writer["general.license"] = .text("apache-2.0")
        writer["llama.context_length"] = .u32(512)
        writer["llama.embedding_length"] = .u32(64)
        writer["llama.feed_forward_length"] = .u32(128)
        writer["llama.block_count"] = .u32(2)
        writer["llama.attention.head_count"] = .u32(4)
        writer["llama.attention.head_count_kv"] = .u32(2)
        writer["tokenizer.ggml.model"] = .text("llama")
        writer["tokenizer.ggml.tokens"] = .list(.text, ["<s>", "a", "é", ""].map { .text($0) })
        writer["tokenizer.ggml.scores"] = .list(.float32, [.f32(0), .f32(-1), .f32(-2), .f32(0.5)])
        writer["tokenizer.chat_template"] = .text("{{ messages }}")
        writer.add("token_embd.weight", [64, 4], "Q4_0")
        writer.add("blk.0.attn_norm.weight", [64])
        writer.add("blk.0.ffn_up.weight", [64, 128], "Q4_0")
        return writer
    }
}

/// Reads a header from bytes that come in pieces.
func header(of bytes: [UInt8], pieces: Int = .max) throws(GGUFError) -> GGUFHeader {
    var rest = bytes[...]
    return try GGUFHeader { (count: Int) throws(GGUFError) in
        let part = Array(rest.prefix(min(count, pieces)))
        rest = rest.dropFirst(part.count)
        return part
    }
}
