import AIUJSON

/// Reads single values of the configuration.
enum ConfigField {
    static func bool(_ node: JSONNode) throws(FieldRefusal) -> Bool {
        guard case .bool(let value) = node.value else { throw FieldRefusal(expected: "true or false") }
        return value
    }

    static func integer(in range: ClosedRange<Int>) -> (JSONNode) throws(FieldRefusal) -> Int {
        { (node: JSONNode) throws(FieldRefusal) in
            guard let value = JSON(node).integerValue, range.contains(Int(value)) else {
                throw FieldRefusal(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return Int(value)
        }
    }

    static func size(in range: ClosedRange<ByteCount>) -> (JSONNode) throws(FieldRefusal) -> ByteCount {
        { (node: JSONNode) throws(FieldRefusal) in
            guard case .string(let text) = node.value, text.utf8.allSatisfy({ $0 < 0x80 }),
                let size = ByteCount(parsing: text), range.contains(size)
            else {
                throw FieldRefusal(
                    expected: "a size from \"\(range.lowerBound)\" to \"\(range.upperBound)\", such as \"2GB\"")
            }
            return size
        }
    }

    static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ node: JSONNode
    ) throws(FieldRefusal) -> Value {
        let names = Value.allCases.map(\.rawValue)
        guard case .string(let text) = node.value, let value = Value(rawValue: text) else {
            let typed = JSON(node).stringValue ?? ""
            throw FieldRefusal(
                expected: names.count > 8
                    ? "one of the \(names.count) known names" : "one of \(names.joined(separator: ", "))",
                suggestion: NearestName.find(typed, in: names))
        }
        return value
    }

    static func domain(_ node: JSONNode) throws(FieldRefusal) -> DomainPattern {
        guard case .string(let text) = node.value, let domain = DomainPattern(parsing: text) else {
            throw FieldRefusal(
                expected: "a domain name such as \"example.org\" or \"*.example.org\" (no scheme, no address, no port)")
        }
        return domain
    }

    static func proxyURL(_ node: JSONNode) throws(FieldRefusal) -> String {
        guard case .string(let text) = node.value, ProxySettings.isValid(text) else {
            // The value is not repeated: it may hold a password.
            throw FieldRefusal(
                expected:
                    "scheme, host and port, such as \"http://proxy.example.org:3128\" (a password never goes here)",
                found: "what is written there")
        }
        return text
    }

    static func location(_ node: JSONNode) throws(FieldRefusal) -> String {
        guard case .string(let text) = node.value, text.unicodeScalars.count <= ConfigBounds.locationLength,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else {
            throw FieldRefusal(
                expected: "text of at most \(ConfigBounds.locationLength) characters without control characters")
        }
        return text
    }

    static func timezone(_ node: JSONNode) throws(FieldRefusal) -> String {
        guard case .string(let text) = node.value, isTimezone(text) else {
            throw FieldRefusal(expected: "the name of a time zone such as \"Europe/Berlin\" or \"UTC\"")
        }
        return text
    }

    static func language(_ node: JSONNode) throws(FieldRefusal) -> String {
        guard case .string(let text) = node.value, isLanguage(text) else {
            throw FieldRefusal(expected: "a language tag such as \"en\" or \"pt-BR\"")
        }
        return text
    }

    /// The shape of a name in the IANA database; whether it exists is for the guest's own copy of it to say.
    private static func isTimezone(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return text.utf8.count <= ConfigBounds.timezoneLength && (1...3).contains(parts.count)
            && text.utf8.first.map(isLetter) == true
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        isLetter($0) || isDigit($0) || [UInt8(ascii: "_"), 0x2B, 0x2D].contains($0)
                    }
            }
    }

    private static func isLanguage(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count <= ConfigBounds.languageLength, let first = parts.first else { return false }
        return (2...3).contains(first.utf8.count) && first.utf8.allSatisfy { (0x61...0x7A).contains($0) }
            && parts.dropFirst().allSatisfy { part in
                (2...8).contains(part.utf8.count) && part.utf8.allSatisfy { isLetter($0) || isDigit($0) }
            }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
