/// Which sign parts whole numbers from fractions.
package enum NumberStyle: Equatable, Sendable {
    /// 1,234.5
    case point
    /// 1.234,5
    case comma

    /// What most of some numbers of one column say; `isSemicolon` tells whether commas do not part the columns.
    package init(sniffing texts: some Sequence<String>, isSemicolon: Bool = false) {
        var point = 0
        var comma = 0
        var openCommas = 0
        for text in texts {
            let bytes = Array(text.utf8)
            let lastPoint = bytes.lastIndex(of: UInt8(ascii: "."))
            let lastComma = bytes.lastIndex(of: UInt8(ascii: ","))
            switch (lastPoint, lastComma) {
            case (nil, nil): continue
            case (let dot?, let mark?): if dot > mark { point += 2 } else { comma += 2 }
            case (let dot?, nil):
                if Self.isGrouped(bytes, by: UInt8(ascii: ".")) {
                    if bytes.count(where: { $0 == UInt8(ascii: ".") }) > 1 { comma += 2 }
                } else if Self.digits(behind: dot, bytes) {
                    point += 1
                }
            case (nil, let mark?):
                if Self.isGrouped(bytes, by: UInt8(ascii: ",")) {
                    if bytes.count(where: { $0 == UInt8(ascii: ",") }) > 1 { point += 2 } else { openCommas += 1 }
                } else if Self.digits(behind: mark, bytes) {
                    comma += 1
                }
            }
        }
        self = comma > point || (comma == point && isSemicolon && openCommas > 0) ? .comma : .point
    }

    private static func digits(behind place: Int, _ bytes: [UInt8]) -> Bool {
        let rest = bytes[(place + 1)...]
        return rest.first.map { (0x30...0x39).contains($0) } ?? false
    }

    /// One to three digits, then threes.
    private static func isGrouped(_ bytes: [UInt8], by mark: UInt8) -> Bool {
        let parts = bytes.filter { $0 == mark || (0x30...0x39).contains($0) }.split(
            separator: mark, omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, (1...3).contains(first.count) else { return false }
        return first != [0x30] && parts.dropFirst().allSatisfy { $0.count == 3 }
    }
}
