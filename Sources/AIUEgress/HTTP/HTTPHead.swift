/// First line and header fields of a message, as places in its bytes. Strict: a line ends with CR LF, a name with its
/// colon, and there is nothing else.
package struct HTTPHead: Sendable {
    /// One header field.
    package struct Field: Sendable {
        let name: Range<Int>
        let value: Range<Int>
        let kind: Kind
    }

    /// The fields that mean something to a proxy.
    enum Kind: Sendable {
        case host, contentLength, transferEncoding, connection, upgrade, expect, authorization, override
        /// Between two ends of one connection only.
        case hopByHop
        case other
    }

    package let bytes: [UInt8]
    let line: Range<Int>
    package let fields: [Field]

    /// Where the head in front of these bytes ends, behind its empty line; nil while it is not whole. What was looked
    /// through before is not looked through again.
    package static func end(in bytes: ArraySlice<UInt8>, from: Int) throws(HTTPFault) -> Int? {
        var index = from
        while index < bytes.endIndex {
            if bytes[index] == 0x0A {
                // A line feed alone would end a line for others; nothing that follows makes it better.
                guard index > bytes.startIndex, bytes[index - 1] == 0x0D else { throw .lineEnd }
                if index >= bytes.startIndex + 3, bytes[index - 2] == 0x0A { return index + 1 }
            }
            index += 1
        }
        return nil
    }

    /// Whether the first line has come, and is one of a request. Another protocol would wait for an answer for ever.
    static func beginsRequest(_ bytes: ArraySlice<UInt8>) throws(HTTPFault) -> Bool {
        guard let end = bytes.firstIndex(of: 0x0A) else {
            if bytes.count > EgressLimits.requestLineBytes { throw .long }
            return false
        }
        let version = bytes[..<end].dropLast().suffix(9)
        guard version.starts(with: " HTTP/1.".utf8) else {
            throw version.starts(with: " HTTP/".utf8) ? .version : .requestLine
        }
        return true
    }

    package init(_ bytes: [UInt8]) throws(HTTPFault) {
        guard bytes.count <= EgressLimits.headBytes else { throw .long }
        var fields: [Field] = []
        fields.reserveCapacity(16)
        var start = 0
        var line: Range<Int>?
        while true {
            let end = try Self.line(bytes, start)
            if end == start {
                // The empty line is the last one.
                guard end + 2 == bytes.count else { throw .lineEnd }
                break
            }
            if line == nil {
                guard end <= EgressLimits.requestLineBytes else { throw .long }
                line = start..<end
            } else {
                guard fields.count < EgressLimits.headerFields else { throw .fields }
                fields.append(try Self.field(bytes, start..<end))
            }
            start = end + 2
        }
        guard let line else { throw .requestLine }
        self.bytes = bytes
        self.line = line
        self.fields = fields
    }

    /// Where the line that starts here ends; its CR LF follows.
    private static func line(_ bytes: [UInt8], _ start: Int) throws(HTTPFault) -> Int {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x0D {
                guard index + 1 < bytes.count, bytes[index + 1] == 0x0A else { throw .lineEnd }
                return index
            }
            guard byte != 0x0A, byte != 0 else { throw .lineEnd }
            index += 1
        }
        throw .lineEnd
    }

    private static func field(_ bytes: [UInt8], _ line: Range<Int>) throws(HTTPFault) -> Field {
        guard bytes[line.lowerBound] != 0x20, bytes[line.lowerBound] != 0x09 else { throw .folded }
        var colon = line.lowerBound
        while colon < line.upperBound, bytes[colon] != UInt8(ascii: ":") {
            guard isToken(bytes[colon]) else { throw .fieldName }
            colon += 1
        }
        let name = line.lowerBound..<colon
        guard colon < line.upperBound, (1...EgressLimits.headerNameBytes).contains(name.count) else { throw .fieldName }
        var start = colon + 1
        var end = line.upperBound
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        for index in start..<end {
            let byte = bytes[index]
            guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else { throw .fieldValue }
        }
        return Field(name: name, value: start..<end, kind: kind(bytes[name]))
    }

    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static let kinds: [([UInt8], Kind)] = [
        ("host", Kind.host), ("content-length", .contentLength), ("transfer-encoding", .transferEncoding),
        ("connection", .connection), ("upgrade", .upgrade), ("expect", .expect), ("authorization", .authorization),
        ("x-http-method-override", .override), ("x-http-method", .override), ("x-method-override", .override),
        // To servers that hand fields on as variables these are the same.
        ("x_http_method_override", .override), ("x_http_method", .override), ("x_method_override", .override),
        ("proxy-connection", .hopByHop), ("proxy-authorization", .hopByHop), ("proxy-authenticate", .hopByHop),
        ("keep-alive", .hopByHop), ("te", .hopByHop), ("trailer", .hopByHop), ("http2-settings", .hopByHop),
    ].map { (Array($0.0.utf8), $0.1) }

    private static func kind(_ name: ArraySlice<UInt8>) -> Kind {
        // Most names are none of these, and their length alone says so.
        for (known, kind) in kinds where known.count == name.count && equal(known[...], name) { return kind }
        return .other
    }

    /// Without regard to case; the first is in lower case.
    static func equal(_ lower: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Bool {
        guard lower.count == other.count else { return false }
        let distance = other.startIndex - lower.startIndex
        for index in lower.indices {
            let byte = other[index + distance]
            guard lower[index] == ((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) else { return false }
        }
        return true
    }

    func value(_ field: Field) -> ArraySlice<UInt8> { bytes[field.value] }
    func name(_ field: Field) -> ArraySlice<UInt8> { bytes[field.name] }

    /// The words of a list such as `Connection`, in lower case.
    func words(_ kind: Kind) -> [[UInt8]] {
        fields.filter { $0.kind == kind }.flatMap { field in
            value(field).split(separator: UInt8(ascii: ",")).map { word in
                word.filter { $0 != 0x20 && $0 != 0x09 }.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            }
        }
    }
}
