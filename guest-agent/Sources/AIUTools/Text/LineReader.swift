package import AIUWire

/// Reads a text line by line in bounded memory; a longer line is cut.
package struct LineReader: ~Copyable {
    package static let longestLine = 64 * 1024

    private var source: TextSource
    /// Most files are small, and clearing a large buffer takes longer than reading them.
    private static let firstBuffer = 16 * 1024
    private static let largestBuffer = 256 * 1024
    private var buffer = [UInt8](repeating: 0, count: firstBuffer)
    private var start = 0
    private var end = 0
    /// The lines read so far.
    package private(set) var number = 0

    package init(_ source: consuming TextSource) { self.source = source }

    package init(path: String, name: String) throws(ToolReply.Failure) {
        source = try TextSource(path: path, name: name)
    }

    /// Gives the next line without its end to the body; false when there is none.
    package mutating func next(_ body: (Span<UInt8>) -> Void) throws(ToolReply.Failure) -> Bool {
        var scanned = start
        var isCut = false
        while true {
            if let feed = newline(from: scanned) {
                number += 1
                let stop = min(trimmed(feed), start + Self.longestLine)
                if !isCut { body(buffer.span.extracting(start..<stop)) }
                start = feed + 1
                return true
            }
            scanned = end
            if end - start > Self.longestLine {
                if !isCut { body(buffer.span.extracting(start..<start + Self.longestLine)) }
                isCut = true
                start = end
            }
            if start > 0 {
                buffer.moveToFront(start..<end)
                scanned -= start
                end -= start
                start = 0
            }
            let count = try source.fill(&buffer, from: end)
            end += count
            if end == buffer.count, end < Self.largestBuffer { buffer += [UInt8](repeating: 0, count: end) }
            if count == 0 {
                guard end > start || isCut else { return false }
                number += 1
                if !isCut { body(buffer.span.extracting(start..<trimmed(end))) }
                start = end
                return true
            }
        }
    }

    private func trimmed(_ feed: Int) -> Int { feed > start && buffer[feed - 1] == 0x0D ? feed - 1 : feed }

    private func newline(from place: Int) -> Int? {
        unsafe buffer.withUnsafeBytes { bytes in
            var place = place
            while place + 8 <= end {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                let mask = ByteMask.equal(word, ByteMask.pattern(0x0A))
                if mask != 0 { return place + mask.trailingZeroBitCount >> 3 }
                place += 8
            }
            while place < end {
                if unsafe bytes[place] == 0x0A { return place }
                place += 1
            }
            return nil
        }
    }
}
