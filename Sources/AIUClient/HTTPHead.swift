/// Status and headers of an HTTP answer.
package struct HTTPHead: Equatable, Sendable {
    package static let longest = 16 * 1024
    package static let mostHeaders = 64

    package let status: Int
    /// Names in lower case.
    package let headers: [(name: String, value: String)]

    /// The value of a header that occurs once; nil when it is missing or repeated.
    package subscript(name: String) -> String? {
        let found = headers.filter { $0.name == name }
        return found.count == 1 ? found[0].value : nil
    }

    package func contains(_ name: String) -> Bool { headers.contains { $0.name == name } }

    /// Reads a head without its closing empty line.
    init(parsing text: ArraySlice<UInt8>) throws(HTTPError) {
        var lines = Self.lines(of: text)
        guard !lines.isEmpty else { throw .badStatusLine }
        status = try Self.status(of: lines.removeFirst())
        guard lines.count <= Self.mostHeaders else { throw .tooManyHeaders(limit: Self.mostHeaders) }
        var headers: [(name: String, value: String)] = []
        for line in lines { headers.append(try Self.header(of: line)) }
        self.headers = headers
    }

    package static func == (left: HTTPHead, right: HTTPHead) -> Bool {
        left.status == right.status && left.headers.count == right.headers.count
            && zip(left.headers, right.headers).allSatisfy { $0 == $1 }
    }

    private static func lines(of text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = text.startIndex
        var index = text.startIndex
        while index < text.endIndex {
            let isBreak = text[index] == 13 && index + 1 < text.endIndex && text[index + 1] == 10
            if isBreak {
                lines.append(text[start..<index])
                start = index + 2
                index += 2
            } else {
                index += 1
            }
        }
        lines.append(text[start..<text.endIndex])
        return lines
    }

    private static func status(of line: ArraySlice<UInt8>) throws(HTTPError) -> Int {
        let prefix = Array("HTTP/1.1 ".utf8)
        guard line.starts(with: prefix) else { throw .badStatusLine }
        let rest = line.dropFirst(prefix.count)
        let digits = rest.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (48...57).contains($0) }),
            rest.count == 3 || rest[rest.startIndex + 3] == 32, rest.allSatisfy({ $0 >= 32 && $0 != 127 })
        else { throw .badStatusLine }
        let status = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        guard status >= 100 else { throw .badStatusLine }
        return status
    }

    private static func header(of line: ArraySlice<UInt8>) throws(HTTPError) -> (name: String, value: String) {
        guard let colon = line.firstIndex(of: 58) else { throw .badHeader }
        let name = line[..<colon]
        guard !name.isEmpty, name.allSatisfy(isToken) else { throw .badHeader }
        let value = line[(colon + 1)...]
        guard value.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 }) else { throw .badHeader }
        let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 }
        var trimmed = value.drop(while: isBlank)
        while let last = trimmed.last, isBlank(last) { trimmed.removeLast() }
        return (String(decoding: name, as: UTF8.self).lowercased(), String(decoding: trimmed, as: UTF8.self))
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case _: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
