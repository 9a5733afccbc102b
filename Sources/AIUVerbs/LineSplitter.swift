internal import AIUCommandLine

/// Whole lines of bytes that come in pieces.
struct LineSplitter {
    private let longest: Int
    private(set) var rest: [UInt8] = []
    /// Lines so far.
    private(set) var count = 0

    init(longest: Int) { self.longest = longest }

    /// Hands each line out, without its end; false when it was told to stop.
    mutating func feed(_ piece: [UInt8], _ take: (_ line: [UInt8], _ number: Int) throws -> Bool) throws -> Bool {
        var start = 0
        while let end = piece[start...].firstIndex(of: 0x0A) {
            count += 1
            guard try take(rest + piece[start..<end], count) else { return false }
            rest = []
            start = end + 1
        }
        rest += piece[start...]
        guard rest.count <= longest else {
            throw Problem(.badData, "line \(count + 1) is too long to be one of an audit")
        }
        return true
    }
}
