/// Large numbers of things, for reading: `2.9M`, `7B`.
package enum CountText {
    private static let units = [("T", 1e12), ("B", 1e9), ("M", 1e6), ("K", 1e3)]

    package static func approximate(_ count: UInt64) -> String {
        for (letter, divisor) in units where Double(count) >= divisor {
            let value = Double(count) / divisor
            return Decimals.string(value, digits: value < 10 ? 1 : 0) + letter
        }
        return String(count)
    }
}
