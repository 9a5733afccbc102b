/// Writes sizes as people read them.
package enum ByteText {
    private static let units = ["bytes", "KB", "MB", "GB", "TB"]

    package static func write(_ bytes: Int64) -> String {
        var value = Double(bytes)
        var unit = 0
        while value >= 1000, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        if unit == 0 { return "\(bytes) bytes" }
        return "\(NumberFormat.write(value, digits: 3)) \(units[unit])"
    }
}
