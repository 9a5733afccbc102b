/// The names of months in the languages of the assistant.
package enum MonthName {
    /// Their beginnings without accents; longer ones decide first, so that `juin` is not `jui`.
    private static let beginnings: [(String, Int)] = [
        ("janv", 1), ("jan", 1), ("gen", 1), ("ener", 1), ("ene", 1), ("styc", 1), ("sty", 1), ("feb", 2), ("fev", 2),
        ("lut", 2), ("marz", 3), ("mars", 3), ("mar", 3), ("mrz", 3), ("maar", 3), ("mrt", 3), ("apr", 4), ("avr", 4),
        ("abr", 4), ("kwi", 4), ("may", 5), ("mai", 5), ("mei", 5), ("mag", 5), ("maj", 5), ("juin", 6), ("jun", 6),
        ("giu", 6), ("cze", 6), ("juil", 7), ("jul", 7), ("lug", 7), ("lip", 7), ("aug", 8), ("aou", 8), ("ago", 8),
        ("sie", 8), ("sep", 9), ("set", 9), ("wrz", 9), ("oct", 10), ("okt", 10), ("ott", 10), ("out", 10),
        ("paz", 10), ("nov", 11), ("lis", 11), ("dec", 12), ("dez", 12), ("dic", 12), ("gru", 12),
    ]

    /// The month that a word names, 1 to 12.
    package static func number(_ word: some StringProtocol) -> Int? {
        let folded = Folding.fold(word)
        guard folded.count >= 3, folded.count <= 12, folded.allSatisfy({ $0.isLetter || $0 == "." }) else { return nil }
        return beginnings.first { folded.hasPrefix($0.0) }?.1
    }

    /// Three letters of English, as logs write them; much called, so without any folding.
    package static func english(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int? {
        switch (first | 0x20, second | 0x20, third | 0x20) {
        case (0x6A, 0x61, 0x6E): 1
        case (0x66, 0x65, 0x62): 2
        case (0x6D, 0x61, 0x72): 3
        case (0x61, 0x70, 0x72): 4
        case (0x6D, 0x61, 0x79): 5
        case (0x6A, 0x75, 0x6E): 6
        case (0x6A, 0x75, 0x6C): 7
        case (0x61, 0x75, 0x67): 8
        case (0x73, 0x65, 0x70): 9
        case (0x6F, 0x63, 0x74): 10
        case (0x6E, 0x6F, 0x76): 11
        case (0x64, 0x65, 0x63): 12
        case _: nil
        }
    }
}
