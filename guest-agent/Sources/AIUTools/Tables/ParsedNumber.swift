/// A number as people write it: `mantissa` / 10^`scale`, exact as long as it fits.
package struct ParsedNumber: Equatable, Sendable {
    package var mantissa: Int64
    package var scale: Int
    /// What did not fit into the two: more digits, or an exponent.
    package var inexact: Double?

    @inline(__always)
    package init(_ mantissa: Int64, scale: Int = 0) {
        self.mantissa = mantissa
        self.scale = scale
    }

    package init(inexact: Double) {
        mantissa = 0
        scale = 0
        self.inexact = inexact
    }

    package static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    ]

    /// The nearest double.
    package var value: Double {
        if let inexact { return inexact }
        if scale == 0 { return Double(mantissa) }
        // Both are exact then, and so the quotient is rounded once.
        if mantissa.magnitude < 1 << 53 { return Double(mantissa) / Self.powers[scale] }
        return Double("\(mantissa)e-\(scale)") ?? Double(mantissa) / Self.powers[scale]
    }
}
