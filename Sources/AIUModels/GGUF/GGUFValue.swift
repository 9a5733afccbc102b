/// The types that a value of a header can have, by their numbers in the file.
package enum GGUFValueType: UInt32, Sendable, CaseIterable {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, text, array, uint64, int64, float64

    /// In bytes; nil for what has no fixed size.
    var size: UInt64? {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .text, .array: nil
        }
    }

    var isWhole: Bool {
        switch self {
        case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: true
        case .float32, .float64, .bool, .text, .array: false
        }
    }
}

/// A value of a header, as much of it as anyone here may want.
package enum GGUFValue: Equatable, Sendable {
    case unsigned(UInt64)
    case signed(Int64)
    case float(Double)
    case bool(Bool)
    case text(String)
    /// A text that was passed over, by its length in bytes.
    case longText(UInt64)
    /// A short list of whole numbers; negative ones are kept as they are.
    case numbers([Int64])
    /// Any other list, by its length.
    case list(of: GGUFValueType, count: UInt64)

    /// A whole number that is not negative.
    var count: UInt64? {
        switch self {
        case .unsigned(let value): value
        case .signed(let value): UInt64(exactly: value)
        case .float, .bool, .text, .longText, .numbers, .list: nil
        }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }

    var listCount: UInt64? {
        switch self {
        case .list(_, let count): count
        case .numbers(let numbers): UInt64(numbers.count)
        case .unsigned, .signed, .float, .bool, .text, .longText: nil
        }
    }
}
