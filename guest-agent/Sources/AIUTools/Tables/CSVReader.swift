package import AIUWire

/// Reads the records of a delimited text one after the other, in bounded memory and without copying them.
///
/// RFC 4180 with what people's files add to it: any line end, a byte order mark, text behind a closing quotation mark,
/// records of different lengths. Empty lines are no records.
package struct CSVReader: ~Copyable {
    /// A longer record is a file that is no table, or a quotation mark that nobody closed.
    package static let longestRecord = 4 << 20
    package static let mostFields = 32_768
    private static let firstBuffer = 512 * 1024
    private static let quote = UInt8(ascii: "\"")

    /// Where a field of the current record is.
    private struct Place {
        var start: Int
        var end: Int
        /// It holds quotation marks that stand for something else.
        var isRaw: Bool
    }

    private var source: TextSource
    private let dialect: CSVDialect
    private let name: String
    private var buffer: [UInt8]
    private var next = 0
    private var end = 0
    private var isAtEnd = false
    private var places: [Place] = []
    /// Lines before the current record.
    private var linesBefore = 0
    private var linesInRecord = 0
    private var hasOpenQuote = false

    package init(
        _ source: consuming TextSource, dialect: CSVDialect, name: String
    ) throws(ToolReply.Failure) {
        self.source = source
        self.dialect = dialect
        self.name = name
        buffer = [UInt8](repeating: 0, count: Self.firstBuffer)
        end = try self.source.fill(&buffer, from: 0)
        next = min(dialect.preamble, end)
        if next > 0 { linesBefore = 1 }
        places.reserveCapacity(64)
    }

    package var count: Int { places.count }

    /// The line that the current record starts on, counted from 1.
    package var line: Int { linesBefore + 1 }

    /// A field of the current record; nothing where the record is too short.
    @_lifetime(borrow self)
    package func field(_ index: Int) -> Span<UInt8> {
        let place = index < places.count ? places[index] : Place(start: 0, end: 0, isRaw: false)
        return buffer.span.extracting(place.start..<place.end)
    }

    package func text(_ index: Int) -> String {
        guard index < places.count else { return "" }
        return TextEncoding.text(buffer[places[index].start..<places[index].end])
    }

    package func texts() -> [String] { (0..<count).map { text($0) } }

    /// The current record as RFC 4180 writes it, in UTF-8.
    package func row() -> [UInt8] {
        guard let first = places.first, let last = places.last else { return [] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(last.end - first.start + places.count * 3 + 1)
        for place in places.indices {
            if place > 0 { bytes.append(0x2C) }
            let field = buffer[places[place].start..<places[place].end]
            if field.allSatisfy({ $0 < 0x80 }) {
                CSVText.append(field, to: &bytes)
            } else {
                CSVText.append(TextEncoding.text(field).utf8, to: &bytes)
            }
        }
        if bytes.isEmpty { bytes = [0x22, 0x22] }
        bytes.append(0x0A)
        return bytes
    }

    /// Moves to the next record; false when there is none.
    package mutating func advance() throws(ToolReply.Failure) -> Bool {
        linesBefore += linesInRecord
        linesInRecord = 0
        while true {
            skipEmptyLines()
            if next < end, scan() {
                guard !hasOpenQuote else {
                    throw ToolReply.Failure(
                        .damaged, "A quotation mark in the row on line \(line) of '\(name)' is never closed.")
                }
                // Only now: a record that is cut off is scanned again from its unchanged start.
                for index in places.indices where places[index].isRaw { unquote(index) }
                guard places.count <= Self.mostFields else {
                    throw ToolReply.Failure(
                        .tooLarge, "Line \(line) of '\(name)' has more than \(Self.mostFields) fields.")
                }
                return true
            }
            if isAtEnd {
                places.removeAll(keepingCapacity: true)
                return false
            }
            try refill()
        }
    }

    private mutating func skipEmptyLines() {
        while next < end, buffer[next] == 0x0A || buffer[next] == 0x0D {
            if buffer[next] == dialect.lineEnd { linesBefore += 1 }
            next += 1
        }
    }

    private mutating func refill() throws(ToolReply.Failure) {
        if next > 0 {
            buffer.moveToFront(next..<end)
            end -= next
            next = 0
        }
        if end == buffer.count {
            guard buffer.count < Self.longestRecord else {
                throw ToolReply.Failure(
                    .damaged,
                    "The row that begins on line \(line) of '\(name)' is longer than \(Self.longestRecord >> 20) MiB; "
                        + "a quotation mark there may never be closed.")
            }
            buffer.append(contentsOf: repeatElement(0, count: buffer.count))
        }
        let count = try source.fill(&buffer, from: end)
        end += count
        isAtEnd = count == 0
    }

    /// Takes in the record at `next`; false when its end is not in the buffer yet.
    private mutating func scan() -> Bool {
        let delimiter = dialect.delimiter
        let lineEnd = dialect.lineEnd
        let delimiters = ByteMask.pattern(delimiter)
        let lineEnds = ByteMask.pattern(lineEnd)
        let (end, isAtEnd, skipsBlanks) = (end, isAtEnd, dialect.skipsBlanks)
        var hasOpenQuote = false
        var place = next
        var lines = 0
        var isComplete = false
        places.removeAll(keepingCapacity: true)
        var places: [Place] = []
        swap(&places, &self.places)
        unsafe buffer.withUnsafeBytes { bytes in
            while true {
                var start = place
                var isRaw = false
                var stop = -1
                if skipsBlanks {
                    while start < end, unsafe bytes[start] == 0x20 { start += 1 }
                    if unsafe start == end || bytes[start] != Self.quote { start = place }
                }
                if start < end, unsafe bytes[start] == Self.quote {
                    place = start + 1
                    var isOpen = true
                    var isSimple = true
                    while place < end {
                        let byte = unsafe bytes[place]
                        if byte == Self.quote {
                            if place + 1 < end, unsafe bytes[place + 1] == Self.quote {
                                isSimple = false
                                place += 1
                            } else if place + 1 < end || isAtEnd {
                                isOpen = false
                                break
                            }
                        } else if byte == lineEnd {
                            lines += 1
                        }
                        place += 1
                    }
                    if isOpen {
                        hasOpenQuote = isAtEnd
                        if !isAtEnd { return }
                    }
                    isRaw = true
                    if !isOpen {
                        place += 1
                        let follower = place < end ? unsafe bytes[place] : lineEnd
                        if isSimple, follower == delimiter || follower == lineEnd {
                            start += 1
                            stop = place - 1
                            isRaw = false
                        }
                    }
                }
                separators: do {
                    while place + 8 <= end {
                        let word = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                        let mask = ByteMask.equal(word, delimiters) | ByteMask.equal(word, lineEnds)
                        if mask != 0 {
                            place += mask.trailingZeroBitCount >> 3
                            break separators
                        }
                        place += 8
                    }
                    while place < end {
                        let byte = unsafe bytes[place]
                        if byte == delimiter || byte == lineEnd { break }
                        place += 1
                    }
                }
                if place == end, !isAtEnd { return }
                let isLast = unsafe place == end || bytes[place] == lineEnd
                if stop < 0 {
                    stop = place
                    if isLast, stop > start, unsafe bytes[stop - 1] == 0x0D { stop -= 1 }
                }
                places.append(Place(start: start, end: stop, isRaw: isRaw))
                place = min(place + 1, end)
                if isLast {
                    isComplete = true
                    return
                }
            }
        }
        swap(&places, &self.places)
        guard isComplete else { return false }
        self.hasOpenQuote = hasOpenQuote
        next = place
        linesInRecord = lines + 1
        return true
    }

    /// Takes the quotation marks out of a field, in its place.
    private mutating func unquote(_ index: Int) {
        let place = places[index]
        var target = place.start
        var isQuoted = true
        var source = place.start + 1
        while source < place.end {
            let byte = buffer[source]
            source += 1
            if byte == Self.quote, isQuoted {
                if source < place.end, buffer[source] == Self.quote {
                    source += 1
                } else {
                    isQuoted = false
                    continue
                }
            }
            buffer[target] = byte
            target += 1
        }
        places[index] = Place(start: place.start, end: target, isRaw: false)
    }
}
