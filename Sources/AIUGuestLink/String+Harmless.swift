extension String {
    /// The first scalars of a guest's text, with a space for everything that moves a cursor or forges a line.
    func harmless(_ most: Int) -> String {
        String(UnicodeScalarView(unicodeScalars.prefix(most).map { $0.isControl ? " " : $0 }))
    }
}

extension Unicode.Scalar {
    /// Would move a terminal's cursor or forge a line.
    var isControl: Bool { value < 32 || (127..<160).contains(value) || value == 0x2028 || value == 0x2029 }
}
