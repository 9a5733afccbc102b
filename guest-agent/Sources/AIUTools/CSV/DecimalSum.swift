/// Adds numbers as they are written, so that prices add up to the cent.
struct DecimalSum: Equatable, Sendable {
    private var mantissa: Int128 = 0
    private var scale = 0
    /// What did not fit, or was no decimal fraction.
    private var rest = 0.0

    private static let powers: [Int128] = (0...18).map { exponent in
        (0..<exponent).reduce(Int128(1)) { power, _ in power * 10 }
    }

    @inline(__always)
    mutating func add(_ number: ParsedNumber) {
        if number.scale == scale, number.inexact == nil {
            let (sum, overflowed) = mantissa.addingReportingOverflow(Int128(number.mantissa))
            if !overflowed {
                mantissa = sum
                return
            }
        }
        addScaled(number)
    }

    @inline(never)
    private mutating func addScaled(_ number: ParsedNumber) {
        guard number.inexact == nil else {
            rest += number.value
            return
        }
        if number.scale > scale {
            let (scaled, overflowed) = mantissa.multipliedReportingOverflow(by: Self.powers[number.scale - scale])
            guard !overflowed else {
                rest += number.value
                return
            }
            mantissa = scaled
            scale = number.scale
        }
        let term = Int128(number.mantissa) * Self.powers[scale - number.scale]
        let (sum, overflowed) = mantissa.addingReportingOverflow(term)
        if overflowed { rest += number.value } else { mantissa = sum }
    }

    var value: Double {
        guard rest == 0 else { return Double(mantissa) / ParsedNumber.powers[scale] + rest }
        // Through the text: dividing a rounded sum would round twice.
        return Double(exactText) ?? Double(mantissa) / ParsedNumber.powers[scale]
    }

    /// Without zeros at the end.
    var text: String { rest == 0 ? exactText : NumberFormat.write(value) }

    private var exactText: String {
        var digits = String(mantissa.magnitude)
        if digits.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.count) + digits }
        var fraction = digits.suffix(scale)
        while fraction.last == "0" { fraction.removeLast() }
        let sign = mantissa < 0 ? "-" : ""
        return sign + digits.dropLast(scale) + (fraction.isEmpty ? "" : "." + fraction)
    }
}
