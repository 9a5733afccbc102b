internal import Glibc

/// How numbers are written: shortest, without the noise of binary fractions, with a point and no grouping.
package enum NumberFormat {
    /// Digits that people may rely on; a Double has 15 to 17.
    package static let digits = 12

    package static func write(_ number: Double, digits: Int = digits) -> String {
        if number == 0 { return "0" }
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-∞" : "∞" }
        if abs(number) < 1e15, number == number.rounded(), let whole = Int64(exactly: number) { return "\(whole)" }
        return tidy(formatted(number, "%.\(digits)g"))
    }

    /// With so many digits after the point.
    package static func write(_ number: Double, decimals: Int) -> String {
        guard number.isFinite, abs(number) < 1e15 else { return write(number) }
        return formatted(number, "%.\(decimals)f")
    }

    private static func formatted(_ number: Double, _ format: String) -> String {
        var buffer = [CChar](repeating: 0, count: 64)
        let length = unsafe withVaList([number]) { unsafe vsnprintf(&buffer, buffer.count, format, $0) }
        return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// `1.50e+07` as `15000000`, `1e-05` as `0.00001`; powers of ten that are far away stay.
    private static func tidy(_ text: String) -> String {
        guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...]) else {
            return text
        }
        let mantissa = text[..<mark]
        guard (-9...20).contains(exponent) else { return "\(mantissa)e\(exponent)" }
        let negative = mantissa.hasPrefix("-")
        let parts = mantissa.drop { $0 == "-" }.split(separator: ".")
        var figures = parts.joined()
        var point = 1 + exponent
        if point <= 0 {
            figures = String(repeating: "0", count: 1 - point) + figures
            point = 1
        }
        if figures.count < point { figures += String(repeating: "0", count: point - figures.count) }
        let whole = figures.prefix(point)
        let fraction = figures.dropFirst(point)
        return (negative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
}
