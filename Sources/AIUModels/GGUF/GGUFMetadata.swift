/// The named values of a header.
package struct GGUFMetadata: Equatable, Sendable {
    package private(set) var values: [String: GGUFValue] = [:]

    package subscript(key: String) -> GGUFValue? { values[key] }

    mutating func read(_ input: inout GGUFInput, count: UInt64) throws(GGUFError) {
        for number in 1...max(count, 1) where count > 0 {
            let key = try GGUFText.name(&input, atMost: GGUFLimits.keyBytes, "the name of value \(number)")
            let part = "the value of '\(key)'"
            let type = try Self.type(&input, key)
            let value = try Self.value(of: type, &input, part)
            guard values.updateValue(value, forKey: key) == nil else {
                throw input.error(.malformed("'\(key)' is there twice"))
            }
        }
    }

    private static func type(_ input: inout GGUFInput, _ key: String) throws(GGUFError) -> GGUFValueType {
        let number = try input.integer(UInt32.self, "the type of '\(key)'")
        guard let type = GGUFValueType(rawValue: number) else {
            throw input.error(.malformed("'\(key)' has an unknown type, number \(number)"))
        }
        return type
    }

    private static func value(
        of type: GGUFValueType, _ input: inout GGUFInput, _ part: String
    ) throws(GGUFError) -> GGUFValue {
        switch type {
        case .uint8: return .unsigned(UInt64(try input.integer(UInt8.self, part)))
        case .uint16: return .unsigned(UInt64(try input.integer(UInt16.self, part)))
        case .uint32: return .unsigned(UInt64(try input.integer(UInt32.self, part)))
        case .uint64: return .unsigned(try input.integer(UInt64.self, part))
        case .int8: return .signed(Int64(try input.integer(Int8.self, part)))
        case .int16: return .signed(Int64(try input.integer(Int16.self, part)))
        case .int32: return .signed(Int64(try input.integer(Int32.self, part)))
        case .int64: return .signed(try input.integer(Int64.self, part))
        case .float32: return .float(Double(Float(bitPattern: try input.integer(UInt32.self, part))))
        case .float64: return .float(Double(bitPattern: try input.integer(UInt64.self, part)))
        case .bool:
            let byte = try input.integer(UInt8.self, part)
            guard byte <= 1 else { throw input.error(.malformed("\(part) is neither true nor false")) }
            return .bool(byte == 1)
        case .text: return try GGUFText.value(&input, part)
        case .array: return try array(&input, part, depth: 1)
        }
    }

    private static func array(
        _ input: inout GGUFInput, _ part: String, depth: Int
    ) throws(GGUFError) -> GGUFValue {
        guard depth <= GGUFLimits.arrayDepth else {
            throw input.error(.excessive("\(part) has lists within lists, more than \(GGUFLimits.arrayDepth) deep"))
        }
        let number = try input.integer(UInt32.self, part)
        guard let type = GGUFValueType(rawValue: number) else {
            throw input.error(.malformed("\(part) is a list of an unknown type, number \(number)"))
        }
        let count = try input.integer(UInt64.self, part)
        // A text takes 8 bytes at least, a list 12.
        let least = type.size ?? (type == .text ? 8 : 12)
        guard count <= input.room / least else {
            throw input.error(.excessive("\(part) is a list of \(count), more than a header can hold"))
        }
        if type.isWhole, count <= GGUFLimits.keptNumbers { return try numbers(of: type, count, &input, part) }
        if let size = type.size {
            try input.skip(count * size, part)
        } else {
            for _ in 0..<count {
                if type == .text {
                    try GGUFText.skip(&input, part)
                } else {
                    _ = try array(&input, part, depth: depth + 1)
                }
            }
        }
        return .list(of: type, count: count)
    }

    private static func numbers(
        of type: GGUFValueType, _ count: UInt64, _ input: inout GGUFInput, _ part: String
    ) throws(GGUFError) -> GGUFValue {
        var numbers: [Int64] = []
        for _ in 0..<count {
            switch try value(of: type, &input, part) {
            case .unsigned(let value): numbers.append(Int64(clamping: value))
            case .signed(let value): numbers.append(value)
            case .float, .bool, .text, .longText, .numbers, .list: break
            }
        }
        return .numbers(numbers)
    }
}
