internal import AIUJSON

/// Understands lines of logs: ISO 8601 and its relatives, syslog old and new, web servers, journald's JSON, Python.
struct LogParser: Sendable {
    /// For times without a year: the one in which the log was written last.
    let year: Int
    /// Of the file's last change: a month behind it belongs to the year before.
    let lastMonth: Int

    func parse(_ line: [UInt8]) -> LogEntry {
        if line.first == UInt8(ascii: "{"), let entry = structured(line) { return entry }
        if let entry = access(line) { return entry }
        var cursor = ByteCursor(line)
        var level = priority(&cursor)
        while cursor.take(UInt8(ascii: "[")) || cursor.take(0x20) {}
        var time = timestamp(&cursor)
        if time == nil {
            cursor = ByteCursor(line)
            // `ERROR 2024-05-03 …` and `ERROR:name:message`
            let word = cursor.word()
            if let found = LogLevel(word: word), word.count > 1 {
                level = level ?? found
                while cursor.take(UInt8(ascii: ":")) || cursor.take(0x20) || cursor.take(UInt8(ascii: "[")) {}
                time = timestamp(&cursor)
            } else {
                cursor = ByteCursor(line)
            }
        }
        while let byte = cursor.current, byte == 0x5D || byte == 0x20 || byte == 0x3A || byte == 0x2D || byte == 0x09 {
            cursor.advance()
        }
        let rest = line[cursor.place...]
        let (found, message) = Self.level(in: rest)
        return LogEntry(time: time, level: level ?? found, message: Array(message))
    }

    /// A line that goes on with the entry before it, such as one of a stack trace.
    static func continues(_ line: [UInt8]) -> Bool {
        guard let first = line.first else { return true }
        return first == 0x20 || first == 0x09 || line.starts(with: "Traceback".utf8)
            || line.starts(with: "Caused by".utf8) || line.starts(with: "}".utf8)
    }

    // MARK: Levels

    /// `<13>` of syslog.
    private func priority(_ cursor: inout ByteCursor) -> LogLevel? {
        let start = cursor
        guard cursor.take(UInt8(ascii: "<")), let number = cursor.number(), cursor.take(UInt8(ascii: ">")) else {
            cursor = start
            return nil
        }
        // RFC 5424 puts a version behind it.
        let behind = cursor
        if cursor.number() == nil || !cursor.take(0x20) { cursor = behind }
        return LogLevel(severity: number & 7)
    }

    /// A level among the first words, and what is left to say without it.
    private static func level(in rest: ArraySlice<UInt8>) -> (LogLevel?, ArraySlice<UInt8>) {
        var place = rest.startIndex
        var words = 0
        while place < rest.endIndex, words < 6, place - rest.startIndex < 120 {
            while place < rest.endIndex, !isLetter(rest[place]) { place += 1 }
            let start = place
            while place < rest.endIndex, isLetter(rest[place]) { place += 1 }
            let word = rest[start..<place]
            words += 1
            let before = start > rest.startIndex ? rest[start - 1] : 0x20
            let after = place < rest.endIndex ? rest[place] : 0x20
            let isMarked = before == 0x5B || before == 0x3C || before == 0x3D || after == 0x3A || after == 0x5D
            let isCapital = word.allSatisfy { $0 < 0x5B }
            guard word.count > 1 || (isMarked && isCapital), let level = LogLevel(word: word) else { continue }
            // `error` in the middle of a sentence is a word; in capitals, brackets or in front it is a level.
            guard isMarked || isCapital || words == 1 else { continue }
            var end = place
            while end < rest.endIndex, [0x5D, 0x3A, 0x20, 0x2D, 0x7C, 0x22, 0x3E].contains(rest[end]) { end += 1 }
            var head = rest[rest.startIndex..<start]
            while let last = head.last, last == 0x5B || last == 0x3C { head.removeLast() }
            if head.allSatisfy({ $0 == 0x20 || $0 == 0x7C || $0 == 0x2D }) { return (level, rest[end...]) }
            return (level, rest)
        }
        return (nil, rest)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    // MARK: Times

    private func timestamp(_ cursor: inout ByteCursor) -> Moment? {
        let start = cursor
        if let moment = numeric(&cursor) ?? named(&cursor, start) { return moment }
        cursor = start
        return nil
    }

    /// 2024-05-03T14:02:09.123Z, 2024/05/03 14:02:09, 03.05.2024 14:02, 1714744929
    private func numeric(_ cursor: inout ByteCursor) -> Moment? {
        let start = cursor
        guard let first = cursor.number(), let separator = cursor.current else {
            cursor = start
            return nil
        }
        let digits = cursor.place - start.place
        if digits == 10 || digits == 13, separator == 0x20 || separator == 0x2E || separator == 0x5D {
            if separator == 0x2E {
                cursor.advance()
                _ = cursor.number()
            }
            return Moment(milliseconds: Int64(first) * (digits == 10 ? 1000 : 1))
        }
        guard separator == 0x2D || separator == 0x2F || separator == 0x2E, digits == 4 || digits <= 2,
            cursor.take(separator), let second = cursor.number(), cursor.take(separator), let third = cursor.number()
        else {
            cursor = start
            return nil
        }
        let day =
            digits == 4
            ? CalendarDay(first, second, third)
            : CalendarDay(third, second, first) ?? CalendarDay(third, first, second)
        guard let day, cursor.take(0x20) || cursor.take(0x54) || cursor.take(UInt8(ascii: ",")) else {
            cursor = start
            return nil
        }
        _ = cursor.take(0x20)
        return time(&cursor).map { Moment(milliseconds: Int64(day.number) * Moment.day + $0) }
    }

    /// May  3 14:02:09, Fri May 03 14:02:09 2024, 03/May/2024:14:02:09
    private func named(_ cursor: inout ByteCursor, _ start: ByteCursor) -> Moment? {
        cursor = start
        if let day = cursor.number(), cursor.take(UInt8(ascii: "/")) || cursor.take(0x20) || cursor.take(0x2D),
            let month = cursor.month(), cursor.take(UInt8(ascii: "/")) || cursor.take(0x20) || cursor.take(0x2D),
            let year = cursor.number(), cursor.take(UInt8(ascii: ":")) || cursor.take(0x20),
            let date = CalendarDay(year, month, day), let time = time(&cursor)
        {
            return Moment(milliseconds: Int64(date.number) * Moment.day + time)
        }
        cursor = start
        var month = cursor.month()
        if month == nil {
            cursor = start
            // The name of the weekday.
            guard cursor.word().count == 3 else { return nil }
            _ = cursor.take(UInt8(ascii: ","))
            guard cursor.take(0x20) else { return nil }
            month = cursor.month()
        }
        guard let month, cursor.take(0x20) else { return nil }
        _ = cursor.take(0x20)
        guard let day = cursor.number(), cursor.take(0x20), let time = time(&cursor) else { return nil }
        var written: Int?
        let behind = cursor
        if cursor.take(0x20), let number = cursor.number(), (1970...2200).contains(number) {
            written = number
        } else {
            cursor = behind
        }
        guard let date = CalendarDay(written ?? (month > lastMonth ? year - 1 : year), month, day) else { return nil }
        return Moment(milliseconds: Int64(date.number) * Moment.day + time)
    }

    private func time(_ cursor: inout ByteCursor) -> Int64? {
        guard let hour = cursor.number(), hour < 25, cursor.take(UInt8(ascii: ":")), let minute = cursor.number(),
            minute < 60
        else { return nil }
        var milliseconds = Int64(hour * 60 + minute) * 60_000
        if cursor.take(UInt8(ascii: ":")), let second = cursor.number(), second < 62 {
            milliseconds += Int64(second) * 1000
            let point = cursor
            if cursor.take(UInt8(ascii: ".")) || cursor.take(UInt8(ascii: ",")) {
                let start = cursor.place
                if let fraction = cursor.number() {
                    var value = Double(fraction)
                    for _ in 0..<min(cursor.place - start, 12) { value /= 10 }
                    milliseconds += Int64(value * 1000)
                } else {
                    cursor = point
                }
            }
        }
        // A zone is read over.
        let zone = cursor
        if cursor.take(UInt8(ascii: "Z")) { return milliseconds }
        _ = cursor.take(0x20)
        if cursor.take(UInt8(ascii: "+")) || cursor.take(0x2D), let offset = cursor.number(), offset <= 1400 {
            if cursor.take(UInt8(ascii: ":")) { _ = cursor.number() }
            return milliseconds
        }
        cursor = zone
        return milliseconds
    }

    // MARK: Web servers and journald

    /// `host - user [03/May/2024:14:02:09 +0200] "GET / HTTP/1.1" 200 512`
    private func access(_ line: [UInt8]) -> LogEntry? {
        guard let bracket = line.prefix(300).firstIndex(of: UInt8(ascii: "[")), bracket > 4,
            line[bracket - 1] == 0x20
        else { return nil }
        var cursor = ByteCursor(line, at: bracket + 1)
        guard let time = timestamp(&cursor), cursor.take(UInt8(ascii: "]")), cursor.take(0x20),
            cursor.take(UInt8(ascii: "\""))
        else { return nil }
        let start = cursor.place
        while let byte = cursor.current, byte != UInt8(ascii: "\"") { cursor.advance() }
        let request = line[start..<cursor.place]
        guard cursor.take(UInt8(ascii: "\"")), cursor.take(0x20), let status = cursor.number(),
            (100...599).contains(status)
        else { return nil }
        return LogEntry(
            time: time, level: LogLevel(status: status), message: Array("\(status) ".utf8) + request)
    }

    private func structured(_ line: [UInt8]) -> LogEntry? {
        // What is no JSON after all is read as plain text.
        guard let json = try? JSON(parsing: line), json.membersValue != nil else { return nil }
        let text = ["MESSAGE", "message", "msg", "event", "text", "log"].lazy.compactMap { json[$0]?.stringValue }.first
        var entry = LogEntry(message: text.map { Array($0.utf8) } ?? line)
        for name in ["PRIORITY", "level", "severity", "levelname", "log.level", "lvl", "LEVEL"] {
            guard let value = json[name] else { continue }
            if let word = value.stringValue {
                entry.level = Int(word).flatMap { LogLevel(severity: $0) } ?? LogLevel(word: word.utf8)
            } else if let number = value.integerValue {
                // Bunyan and pino count in tens.
                entry.level =
                    number >= 10
                    ? (number >= 60
                        ? .critical : number >= 50 ? .error : number >= 40 ? .warning : number >= 30 ? .info : .debug)
                    : LogLevel(severity: Int(number))
            }
            break
        }
        for name in ["__REALTIME_TIMESTAMP", "timestamp", "time", "@timestamp", "ts", "asctime", "date"] {
            guard let value = json[name] else { continue }
            if let word = value.stringValue {
                if let number = Int64(word) {
                    entry.time = Self.epoch(Double(number))
                } else {
                    var cursor = ByteCursor(Array(word.utf8))
                    entry.time = timestamp(&cursor)
                }
            } else if let number = value.numberValue {
                entry.time = Self.epoch(number)
            }
            break
        }
        return entry
    }

    /// Seconds, milliseconds or microseconds, whichever gives a year of ours.
    private static func epoch(_ number: Double) -> Moment? {
        guard number > 0, number < 1e17 else { return nil }
        let milliseconds = number > 1e14 ? number / 1000 : number > 1e11 ? number : number * 1000
        return Moment(milliseconds: Int64(milliseconds))
    }
}
