package import AIUJSON

/// Writes a JSON value as block YAML that every YAML 1.1 and 1.2 reader understands as the same value.
package struct YAMLWriter {
    private var text = ""

    private init() {}

    package static func text(_ json: JSON) -> String {
        var writer = YAMLWriter()
        writer.write(json, indent: 0, isInline: false)
        return writer.text
    }

    /// `isInline`: a key or a dash stands before it on the line.
    private mutating func write(_ json: JSON, indent: Int, isInline: Bool) {
        switch json {
        case .array(let elements) where !elements.isEmpty:
            if isInline { text += "\n" }
            for element in elements { writeElement(element, indent: indent) }
        case .object(let members) where !members.isEmpty:
            if isInline { text += "\n" }
            for member in members { writeMember(member, indent: indent) }
        case .string(let value):
            text += (isInline ? " " : "") + scalar(value, indent: indent) + "\n"
        case .array: text += isInline ? " []\n" : "[]\n"
        case .object: text += isInline ? " {}\n" : "{}\n"
        case .null, .bool, .integer, .number: text += (isInline ? " " : "") + number(json) + "\n"
        }
    }

    private mutating func writeElement(_ element: JSON, indent: Int, hasMargin: Bool = true) {
        if hasMargin { margin(indent) }
        text += "-"
        switch element {
        case .object(let members) where !members.isEmpty:
            // The first part stands on the dash's line.
            for (place, member) in members.enumerated() {
                if place == 0 { text += " " }
                writeMember(member, indent: indent + 2, hasMargin: place > 0)
            }
        case .array(let elements) where !elements.isEmpty:
            for (place, element) in elements.enumerated() {
                if place == 0 { text += " " }
                writeElement(element, indent: indent + 2, hasMargin: place > 0)
            }
        case .null, .bool, .integer, .number, .string, .array, .object:
            write(element, indent: indent + 2, isInline: true)
        }
    }

    private mutating func writeMember(_ member: JSON.Member, indent: Int, hasMargin: Bool = true) {
        if hasMargin { margin(indent) }
        let key = Self.isPlain(member.name) ? member.name : Self.quoted(member.name)
        // Readers look only 1024 characters ahead for the colon of an ordinary key.
        text += key.unicodeScalars.count > 1000 ? "? \(key)\n\(String(repeating: " ", count: indent)):" : "\(key):"
        write(member.value, indent: indent + 2, isInline: true)
    }

    private mutating func margin(_ indent: Int) { text += String(repeating: " ", count: indent) }

    /// YAML 1.1 takes `1e+19` for a string: a float needs a point there.
    private func number(_ json: JSON) -> String {
        let text = json.text()
        guard case .number = json, let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return "\(text[..<exponent]).0\(text[exponent...])"
    }

    private func scalar(_ value: String, indent: Int) -> String {
        if Self.isPlain(value) { return value }
        guard Self.suitsBlock(value) else { return Self.quoted(value) }
        let lines = value.split(separator: "\n", omittingEmptySubsequences: false)
        let endsWithBreak = value.hasSuffix("\n")
        let margin = String(repeating: " ", count: max(2, indent))
        let body = (endsWithBreak ? lines.dropLast() : lines[...]).map { $0.isEmpty ? "" : margin + $0 }
        return "|\(endsWithBreak ? "" : "-")\n" + body.joined(separator: "\n")
    }

    /// Several lines of ordinary text, which read better as they are than between quotes.
    private static func suitsBlock(_ value: String) -> Bool {
        value.contains("\n") && !value.hasPrefix("\n") && !value.hasPrefix(" ") && !value.hasSuffix("\n\n")
            && value != "\n" && value.unicodeScalars.allSatisfy { $0 == "\n" || isPrintable($0) }
    }

    /// Whether a text means itself when it stands there without quotes. Anything in doubt gets quotes.
    static func isPlain(_ value: String) -> Bool {
        guard let first = value.utf8.first, value.utf8.count <= 200 else { return false }
        let isWord = value.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: " "): true
            default: false
            }
        }
        let startsWithLetter = (0x41...0x5A).contains(first) || (0x61...0x7A).contains(first) || first == 0x2F
        // Digits first could be a number, a date, a time or an octal in some reader.
        return isWord && startsWithLetter && value.utf8.last != 0x20 && !reserved.contains(value.lowercased())
    }

    private static let reserved: Set<String> = [
        "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf",
    ]

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202F...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    private static func quoted(_ value: String) -> String {
        var result = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case let plain where isPrintable(plain): result.unicodeScalars.append(plain)
            case let strange:
                let digits = String(strange.value, radix: 16)
                let width = strange.value <= 0xFF ? 2 : strange.value <= 0xFFFF ? 4 : 8
                let letter = width == 2 ? "x" : width == 4 ? "u" : "U"
                result += "\\\(letter)\(String(repeating: "0", count: width - digits.count))\(digits)"
            }
        }
        return result + "\""
    }
}
