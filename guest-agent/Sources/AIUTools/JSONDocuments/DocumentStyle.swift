internal import AIUJSON

/// How a document is laid out, so that a change leaves the rest of its lines alone.
struct DocumentStyle: Equatable, Sendable {
    /// Nil: all on one line.
    var indentation: String?
    var endsWithNewline = true

    static let plain = DocumentStyle(indentation: "  ", endsWithNewline: false)

    init(indentation: String?, endsWithNewline: Bool) {
        self.indentation = indentation
        self.endsWithNewline = endsWithNewline
    }

    init(of text: [UInt8]) {
        endsWithNewline = text.last == 0x0A
        guard let feed = text.dropLast(endsWithNewline ? 1 : 0).firstIndex(of: 0x0A) else {
            indentation = nil
            return
        }
        let blanks = text[(feed + 1)...].prefix { $0 == 0x20 || $0 == 0x09 }
        indentation = blanks.isEmpty || blanks.count > 8 ? "  " : String(decoding: blanks, as: UTF8.self)
    }

    func text(_ json: JSON) -> String {
        var bytes: [UInt8] = []
        write(json, 0, &bytes)
        if endsWithNewline { bytes.append(0x0A) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(_ json: JSON, _ level: Int, _ bytes: inout [UInt8]) {
        switch json {
        case .null, .bool, .integer, .number, .string: bytes += json.bytes()
        case .array(let elements):
            list(elements.count, UInt8(ascii: "["), UInt8(ascii: "]"), level, &bytes) { place, bytes in
                write(elements[place], level + 1, &bytes)
            }
        case .object(let members):
            list(members.count, UInt8(ascii: "{"), UInt8(ascii: "}"), level, &bytes) { place, bytes in
                bytes += JSON.string(members[place].name).bytes()
                bytes += indentation == nil ? [0x3A] : [0x3A, 0x20]
                write(members[place].value, level + 1, &bytes)
            }
        }
    }

    private func list(
        _ count: Int, _ open: UInt8, _ close: UInt8, _ level: Int, _ bytes: inout [UInt8],
        _ body: (Int, inout [UInt8]) -> Void
    ) {
        bytes.append(open)
        for place in 0..<count {
            if place > 0 { bytes.append(0x2C) }
            newLine(level + 1, &bytes)
            body(place, &bytes)
        }
        if count > 0 { newLine(level, &bytes) }
        bytes.append(close)
    }

    private func newLine(_ level: Int, _ bytes: inout [UInt8]) {
        guard let indentation else { return }
        bytes.append(0x0A)
        for _ in 0..<level { bytes.append(contentsOf: indentation.utf8) }
    }
}
