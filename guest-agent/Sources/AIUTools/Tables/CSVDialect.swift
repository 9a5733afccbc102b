/// How the rows of a table are written.
package struct CSVDialect: Equatable, Sendable {
    package var delimiter: UInt8 = UInt8(ascii: ",")
    /// Old files end lines with a carriage return alone.
    package var lineEnd: UInt8 = 0x0A
    /// Blanks stand between the delimiter and a quotation mark.
    package var skipsBlanks = false
    /// Bytes of the line `sep=;` that some programs put first.
    package var preamble = 0

    package init() {}

    static let candidates: [UInt8] = [
        UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|"),
    ]
    private static let sampledRecords = 60

    /// The dialect that the beginning of a file is written in.
    package init(sniffing sample: [UInt8], isTabbed: Bool = false) {
        if !sample.contains(0x0A), sample.contains(0x0D) { lineEnd = 0x0D }
        let first = sample.prefix { $0 != lineEnd && $0 != 0x0D }
        if first.count == 5, first.starts(with: "sep=".utf8), let mark = first.last {
            delimiter = mark
            preamble = sample.prefix { $0 != lineEnd }.count + 1
            return
        }
        var best = (score: 0.0, count: 0)
        for candidate in Self.candidates {
            let counts = fieldCounts(sample, candidate)
            guard let usual = mode(counts), usual > 1 else { continue }
            let share = Double(counts.count { $0 == usual }) / Double(counts.count)
            let bonus = isTabbed && candidate == 0x09 ? 1.0 : 0.0
            if share + bonus > best.score + 0.05 || (share + bonus > best.score - 0.05 && usual > best.count) {
                best = (share + bonus, usual)
                delimiter = candidate
            }
        }
        skipsBlanks = blanksBeforeQuotes(sample)
    }

    /// How many fields each of the first records has, if this is the delimiter.
    private func fieldCounts(_ sample: [UInt8], _ delimiter: UInt8) -> [Int] {
        var counts: [Int] = []
        var fields = 1
        var isQuoted = false
        var isEmpty = true
        var before: UInt8 = lineEnd
        for byte in sample {
            if byte == UInt8(ascii: "\"") {
                if isQuoted || before == delimiter || before == lineEnd || before == 0x20 || before == byte {
                    isQuoted.toggle()
                }
                isEmpty = false
            } else if isQuoted {
                continue
            } else if byte == delimiter {
                fields += 1
                isEmpty = false
            } else if byte == lineEnd {
                if !isEmpty { counts.append(fields) }
                if counts.count == Self.sampledRecords { return counts }
                fields = 1
                isEmpty = true
            } else if byte != 0x0D {
                isEmpty = false
            }
            before = byte
        }
        if counts.isEmpty || sample.count < 60_000, !isEmpty { counts.append(fields) }
        return counts
    }

    private func mode(_ counts: [Int]) -> Int? {
        var seen: [Int: Int] = [:]
        for count in counts { seen[count, default: 0] += 1 }
        return seen.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
    }

    private func blanksBeforeQuotes(_ sample: [UInt8]) -> Bool {
        var blanks = 0
        for place in sample.indices.dropFirst(2) where sample[place] == UInt8(ascii: "\"") {
            if sample[place - 1] == delimiter { return false }
            if sample[place - 1] == 0x20, sample[place - 2] == delimiter { blanks += 1 }
        }
        return blanks > 0
    }
}
