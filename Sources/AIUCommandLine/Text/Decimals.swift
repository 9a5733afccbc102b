/// Numbers for reading, without the C library's locale.
enum Decimals {
    /// Rounded to so many digits after the point; `.0` is left out.
    static func string(_ value: Double, digits: Int) -> String {
        let scale = digits == 0 ? 1 : 10
        let scaled = Int(min(max(value * Double(scale) + 0.5, 0), 1e15))
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: scale)
        return rest == 0 ? "\(whole)" : "\(whole).\(rest)"
    }
}
