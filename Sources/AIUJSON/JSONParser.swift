/// Reads strict RFC 8259 text: UTF-8 only, no duplicate names, nothing after the value, within limits.
package struct JSONParser {
    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var offset = 0
    private var line = 1
    private var lineStart = 0
    /// Bytes of the current line that continue a character, so that columns count characters.
    private var continuations = 0
    private var members = 0
    private var path = JSONPath.root

    private init(_ bytes: [UInt8], _ limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    package static func parse(_ bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) -> JSONNode {
        guard bytes.count <= limits.maxBytes else {
            throw JSONError(.tooLarge("\(limits.maxBytes) bytes"))
        }
        var parser = JSONParser(bytes, limits)
        parser.skipSpace()
        let node = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.current == nil else { throw parser.unexpected("the end of the text") }
        return node
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(JSONError) -> JSONNode {
        let start = position
        switch current {
        case UInt8(ascii: "{"):
            return JSONNode(.object(try object(depth: depth)), at: start)
        case UInt8(ascii: "["):
            return JSONNode(.array(try array(depth: depth)), at: start)
        case UInt8(ascii: "\""):
            return JSONNode(.string(try string()), at: start)
        case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
            return JSONNode(try number(), at: start)
        case UInt8(ascii: "t"):
            try word("true")
            return JSONNode(.bool(true), at: start)
        case UInt8(ascii: "f"):
            try word("false")
            return JSONNode(.bool(false), at: start)
        case UInt8(ascii: "n"):
            try word("null")
            return JSONNode(.null, at: start)
        default:
            throw unexpected("a value")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> [JSONNode.Member] {
        try descend(depth)
        var result: [JSONNode.Member] = []
        var seen: Set<String> = []
        guard !take(UInt8(ascii: "}")) else { return result }
        while true {
            let namePosition = position
            guard current == UInt8(ascii: "\"") else {
                throw unexpected(result.isEmpty ? "a name in double quotes or `}`" : "a name in double quotes")
            }
            let name = try string()
            // Strings that Swift calls equal (canonical equivalence) count as the same name: a look-up could not tell them
            // apart. Small objects are the rule, and a scan of few names is cheaper than a set.
            let isNew =
                if result.count < 8 {
                    !result.contains { $0.name == name }
                } else {
                    seen.insert(name).inserted && (result.count > 8 || !result.contains { $0.name == name })
                }
            guard isNew else { throw JSONError(.duplicate(name), path: path, position: namePosition) }
            if result.count == 8 { seen.formUnion(result.map(\.name)) }
            skipSpace()
            path.steps.append(.member(name))
            guard take(UInt8(ascii: ":")) else { throw unexpected("`:`") }
            try count()
            let child = try value(depth: depth + 1)
            path.steps.removeLast()
            result.append(JSONNode.Member(name: name, namePosition: namePosition, value: child))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}"), skippingSpace: false) else { throw unexpected("`,` or `}`") }
            return result
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONNode] {
        try descend(depth)
        var result: [JSONNode] = []
        guard !take(UInt8(ascii: "]"), skippingSpace: false) else { return result }
        while true {
            path.steps.append(.element(result.count))
            try count()
            result.append(try value(depth: depth + 1))
            path.steps.removeLast()
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]"), skippingSpace: false) else { throw unexpected("`,` or `]`") }
            return result
        }
    }

    /// Steps over the opening bracket.
    private mutating func descend(_ depth: Int) throws(JSONError) {
        guard depth < limits.maxDepth else {
            throw JSONError(.tooLarge("\(limits.maxDepth) nested levels"), position: position)
        }
        offset += 1
        skipSpace()
    }

    private mutating func count() throws(JSONError) {
        members += 1
        guard members <= limits.maxMembers else {
            throw JSONError(.tooLarge("\(limits.maxMembers) members and elements"), position: position)
        }
    }

    private mutating func word(_ word: String) throws(JSONError) {
        guard bytes[offset...].starts(with: word.utf8) else { throw unexpected("`\(word)`") }
        offset += word.utf8.count
    }

    // MARK: Numbers

    private mutating func number() throws(JSONError) -> JSONNode.Value {
        let start = position
        let first = offset
        let isNegative = take(UInt8(ascii: "-"), skippingSpace: false)
        var isWhole = true
        if current == UInt8(ascii: "0") {
            offset += 1
        } else {
            try digits()
        }
        if take(UInt8(ascii: "."), skippingSpace: false) {
            isWhole = false
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isWhole = false
            offset += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
            try digits()
        }
        guard offset - first <= JSONLimits.maxNumberBytes else {
            throw JSONError(
                .tooLarge("\(JSONLimits.maxNumberBytes) characters in a number"), path: path, position: start)
        }
        if isWhole, let whole = whole(from: isNegative ? first + 1 : first, isNegative: isNegative) {
            return .integer(whole)
        }
        let text = String(decoding: bytes[first..<offset], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw JSONError(.mismatch(expected: "within ±1.8e308", found: text), path: path, position: start)
        }
        return .number(value)
    }

    private mutating func digits() throws(JSONError) {
        let first = offset
        while let byte = current, byte >= 0x30, byte <= 0x39 { offset += 1 }
        guard offset > first else { throw unexpected("a digit") }
    }

    /// The whole number that ends here, or `nil` when it needs more than 64 bits.
    private func whole(from first: Int, isNegative: Bool) -> Int64? {
        var result: Int64 = 0
        for byte in bytes[first..<offset] {
            let (product, overflowed) = result.multipliedReportingOverflow(by: 10)
            let digit = Int64(byte - 0x30)
            let (sum, spilled) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !overflowed, !spilled else { return nil }
            result = sum
        }
        return result
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        let start = position
        offset += 1
        let first = offset
        // Filled from the first escape on; most strings have none and are taken as they are.
        var unescaped: [UInt8] = []
        var hasEscapes = false
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                let raw = hasEscapes ? unescaped[...] : bytes[first..<offset]
                guard let text = String(validating: raw, as: UTF8.self) else {
                    throw JSONError(
                        .syntax(expected: "a string in UTF-8", found: "bytes that are not"), path: path, position: start
                    )
                }
                offset += 1
                return text
            case UInt8(ascii: "\\"):
                if !hasEscapes { unescaped = Array(bytes[first..<offset]) }
                hasEscapes = true
                try escape(into: &unescaped)
            case 0..<0x20:
                throw unexpected("a string without control characters (write \\n, \\t or \\u00XX)")
            default:
                if byte & 0xC0 == 0x80 { continuations += 1 }
                if hasEscapes { unescaped.append(byte) }
                offset += 1
            }
        }
        throw unexpected("`\"` at the end of the string")
    }

    private mutating func escape(into buffer: inout [UInt8]) throws(JSONError) {
        let start = position
        offset += 1
        guard let byte = current else { throw unexpected("a character after `\\`") }
        let plain: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = byte
        case UInt8(ascii: "b"): plain = 0x08
        case UInt8(ascii: "f"): plain = 0x0C
        case UInt8(ascii: "n"): plain = 0x0A
        case UInt8(ascii: "r"): plain = 0x0D
        case UInt8(ascii: "t"): plain = 0x09
        case UInt8(ascii: "u"):
            offset += 1
            var code = UInt32(try hexadecimal())
            if code & 0xFC00 == 0xD800, current == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u") {
                offset += 2
                let low = UInt32(try hexadecimal())
                guard low & 0xFC00 == 0xDC00 else { throw loneSurrogate(start) }
                code = 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF)
            }
            guard let scalar = Unicode.Scalar(code) else { throw loneSurrogate(start) }
            buffer.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
            return
        default:
            throw unexpected("one of \" \\ / b f n r t u after `\\`")
        }
        buffer.append(plain)
        offset += 1
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt16 {
        var code: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = current.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw unexpected("four hexadecimal digits after `\\u`")
            }
            code = code << 4 | UInt16(digit)
            offset += 1
        }
        return code
    }

    private func loneSurrogate(_ position: JSONPosition) -> JSONError {
        JSONError(
            .syntax(expected: "a pair of surrogates", found: "half of one, which is no character"), path: path,
            position: position)
    }

    // MARK: Bytes

    private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func peek(_ distance: Int) -> UInt8? {
        offset + distance < bytes.count ? bytes[offset + distance] : nil
    }

    private var position: JSONPosition {
        JSONPosition(line: line, column: offset - lineStart - continuations + 1)
    }

    private mutating func skipSpace() {
        while let byte = current {
            switch byte {
            case 0x20, 0x09, 0x0D:
                offset += 1
            case 0x0A:
                offset += 1
                line += 1
                lineStart = offset
                continuations = 0
            default:
                return
            }
        }
    }

    private mutating func take(_ byte: UInt8, skippingSpace: Bool = true) -> Bool {
        guard current == byte else { return false }
        offset += 1
        if skippingSpace { skipSpace() }
        return true
    }

    private func unexpected(_ expected: String) -> JSONError {
        let found =
            switch current {
            case nil: "the end of the text"
            case let byte? where byte > 0x20 && byte < 0x7F: "`\(Character(Unicode.Scalar(byte)))`"
            case let byte?: "the byte 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
            }
        return JSONError(.syntax(expected: expected, found: found), path: path, position: position)
    }
}
