internal import AIUSystem

/// What a fact means, as a direction in the space of an embedding model: small numbers, because only the direction counts.
package struct FactVector: Equatable, Sendable {
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
        let count = hex.utf8.count / 2
        guard (1...Self.longest).contains(count), let bytes = Hex.parse(hex, count: count) else { return nil }
        self.init(numbers: bytes.map { Int8(bitPattern: $0) })
        guard length > 0 else { return nil }
    }

    var hex: String { Hex.text(numbers.map { UInt8(bitPattern: $0) }) }

    /// From -1 to 1: the cosine of the angle to a vector of length one; 0 when they are of different spaces.
    package func likeness(to vector: [Float]) -> Double {
        guard vector.count == numbers.count else { return 0 }
        var sum: Float = 0
        for place in numbers.indices { sum += Float(numbers[place]) * vector[place] }
        return Double(sum / length)
    }
}
