/// What a fact means, as a direction in the space of an embedding model: small numbers, because only the direction counts.
package struct FactVector: Equatable, Sendable {
    private static let digits = Array("0123456789abcdef".utf8)
    package static let longest = 4096

    package let numbers: [Int8]
    private let length: Float

    private init(numbers: [Int8]) {
        self.numbers = numbers
        length = numbers.reduce(0) { $0 + Float($1) * Float($1) }.squareRoot()
    }

    /// Nil for what has no direction.
    package init?(_ vector: [Float]) {
        let largest = vector.reduce(0) { max($0, abs($1)) }
        guard largest > 0, largest.isFinite, vector.allSatisfy(\.isFinite), vector.count <= Self.longest else {
            return nil
        }
        self.init(numbers: vector.map { Int8(($0 / largest * 127).rounded()) })
    }

    init?(hex: String) {
        let text = Array(hex.utf8)
        guard !text.isEmpty, text.count % 2 == 0, text.count <= 2 * Self.longest else { return nil }
        var numbers: [Int8] = []
        numbers.reserveCapacity(text.count / 2)
        for place in stride(from: 0, to: text.count, by: 2) {
            guard let high = Self.value(text[place]), let low = Self.value(text[place + 1]) else { return nil }
            numbers.append(Int8(bitPattern: high << 4 | low))
        }
        self.init(numbers: numbers)
        guard length > 0 else { return nil }
    }

    var hex: String {
        let digits = numbers.flatMap { number in
            [Self.digits[Int(UInt8(bitPattern: number) >> 4)], Self.digits[Int(UInt8(bitPattern: number) & 15)]]
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// From -1 to 1: the cosine of the angle to a vector of length one; 0 when they are of different spaces.
    package func likeness(to vector: [Float]) -> Double {
        guard vector.count == numbers.count else { return 0 }
        var sum: Float = 0
        for place in numbers.indices { sum += Float(numbers[place]) * vector[place] }
        return Double(sum / length)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
