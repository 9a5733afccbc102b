/// Writes a value as text, always the same text for the same value.
struct JSONWriter {
    private let isPretty: Bool
    private(set) var bytes: [UInt8] = []

    init(pretty: Bool) {
        isPretty = pretty
        bytes.reserveCapacity(256)
    }

    mutating func write(_ json: JSON, level: Int = 0) {
        switch json {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append(String(value))
        // JSON has no spelling for infinities; encoding refuses them before they get here.
        case .number(let value): append(value.isFinite ? value.description : "null")
        case .string(let value): write(value)
        case .array(let elements):
            list(elements, "[", "]", level) { $0.write($1, level: level + 1) }
        case .object(let members):
            list(members, "{", "}", level) { writer, member in
                writer.write(member.name)
                writer.append(writer.isPretty ? ": " : ":")
                writer.write(member.value, level: level + 1)
            }
        }
    }

    private mutating func list<Part>(
        _ parts: [Part], _ open: String, _ close: String, _ level: Int,
        _ writePart: (inout JSONWriter, Part) -> Void
    ) {
        append(open)
        var isFirst = true
        for part in parts {
            if !isFirst { append(",") }
            isFirst = false
            newLine(level + 1)
            writePart(&self, part)
        }
        if !isFirst { newLine(level) }
        append(close)
    }

    private mutating func newLine(_ level: Int) {
        guard isPretty else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: level * 2))
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x08: append("\\b")
            case 0x09: append("\\t")
            case 0x0A: append("\\n")
            case 0x0C: append("\\f")
            case 0x0D: append("\\r")
            // DEL too: terminals act on it.
            case 0..<0x10, 0x7F: append("\\u00\(byte == 0x7F ? "" : "0")\(String(byte, radix: 16))")
            case 0x10..<0x20: append("\\u00\(String(byte, radix: 16))")
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension JSON: CustomStringConvertible {
    package func bytes(pretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(pretty: pretty)
        writer.write(self)
        return writer.bytes
    }

    package func text(pretty: Bool = false) -> String {
        String(decoding: bytes(pretty: pretty), as: UTF8.self)
    }

    package var description: String { text() }
}
