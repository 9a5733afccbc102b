/// A place in a line that moves on as parts of it are understood.
struct ByteCursor: Sendable {
    private let bytes: [UInt8]
    private(set) var place: Int

    init(_ bytes: [UInt8], at place: Int = 0) {
        self.bytes = bytes
        self.place = place
    }

    var current: UInt8? { place < bytes.count ? bytes[place] : nil }

    mutating func advance() { if place < bytes.count { place += 1 } }

    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        place += 1
        return true
    }

    /// Up to 16 digits.
    mutating func number() -> Int? {
        var value = 0
        let start = place
        while let byte = current, byte >= 0x30, byte <= 0x39, place - start < 16 {
            value = value * 10 + Int(byte - 0x30)
            place += 1
        }
        return place > start ? value : nil
    }

    mutating func word() -> ArraySlice<UInt8> {
        let start = place
        while let byte = current, byte | 0x20 >= 0x61, byte | 0x20 <= 0x7A { place += 1 }
        return bytes[start..<place]
    }

    /// A month in three letters of English, or more.
    mutating func month() -> Int? {
        let word = word()
        guard word.count >= 3, word.count <= 9 else { return nil }
        let start = word.startIndex
        return MonthName.english(word[start], word[start + 1], word[start + 2])
    }
}
