/// Sizes in bytes as people type and read them; `GB` and `GiB` both mean 1024³, as in other VM tools.
package enum SizeText {
    private static let units: [(letter: Character, shift: UInt64)] = [("T", 40), ("G", 30), ("M", 20), ("K", 10)]

    /// Reads `2GB`, `512MiB`, `1.5G`, `65536`; what is no whole number of bytes is refused.
    package static func parse(_ text: String) -> UInt64? {
        guard text.utf8.count <= 32, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let number = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(number.count).uppercased()
        var shift: UInt64 = 0
        if let letter = unit.first, letter != "B" {
            guard ["", "B", "IB"].contains(unit.dropFirst()),
                let known = units.first(where: { $0.letter == letter })
            else { return nil }
            shift = known.shift
        } else if unit.count > 1 {
            return nil
        }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = UInt64(parts[0]) else { return nil }
        let (bytes, overflowed) = whole.multipliedReportingOverflow(by: 1 << shift)
        guard !overflowed else { return nil }
        guard parts.count == 2 else { return bytes }
        guard (1...6).contains(parts[1].count), let fraction = UInt64(parts[1]) else { return nil }
        let divisor = repeatElement(UInt64(10), count: parts[1].count).reduce(1, *)
        let (quotient, remainder) = (fraction << shift).quotientAndRemainder(dividingBy: divisor)
        let (sum, spilled) = bytes.addingReportingOverflow(quotient)
        return remainder == 0 && !spilled ? sum : nil
    }

    /// The shortest exact spelling: `2GB`, `1536MB`, `1000`.
    package static func spell(_ bytes: UInt64) -> String {
        for (letter, shift) in units where bytes > 0 && bytes & ((1 << shift) - 1) == 0 {
            return "\(bytes >> shift)\(letter)B"
        }
        return String(bytes)
    }

    /// About as much, for reading: `1.5 GB`, `213 MB`, `17 B`.
    package static func approximate(_ bytes: UInt64) -> String {
        for (letter, shift) in units where bytes >= 1 << shift {
            let value = Double(bytes) / Double(1 << shift)
            return "\(Decimals.string(value, digits: value < 10 ? 1 : 0)) \(letter)B"
        }
        return "\(bytes) B"
    }
}
