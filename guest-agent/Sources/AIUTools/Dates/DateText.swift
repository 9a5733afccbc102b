/// Reads dates and times as they stand in tables and prompts.
package enum DateText {
    private static let longest = 48

    /// What is understood of a text.
    package struct Reading: Equatable, Sendable {
        package var moment: Moment
        package var hasTime: Bool
    }

    /// `isDayFirst` decides about 3/4/2024.
    package static func parse(_ text: some StringProtocol, isDayFirst: Bool = false) -> Reading? {
        guard text.utf8.count <= longest, text.utf8.count >= 6 else { return nil }
        var rest = Array(text.utf8)[...]
        trim(&rest)
        guard let day = day(&rest, isDayFirst) else { return nil }
        // A comma and words such as `at` stand between the day and the time.
        while let byte = rest.first, byte == 0x20 || byte == 0x2C || byte == 0x54 || byte == 0x74 { rest.removeFirst() }
        if rest.isEmpty { return Reading(moment: Moment(day), hasTime: false) }
        guard let time = time(&rest), rest.isEmpty else { return nil }
        return Reading(moment: Moment(milliseconds: Int64(day.number) * Moment.day + time), hasTime: true)
    }

    /// True when the day stands first in slashed dates: some first part is more than a month can be.
    package static func isDayFirst(_ texts: some Sequence<String>) -> Bool {
        for text in texts {
            let parts = text.split(whereSeparator: { "/.- ".contains($0) })
            guard parts.count >= 3, let first = Int(parts[0]), let second = Int(parts[1]) else { continue }
            if first > 12, first <= 31, second <= 12 { return true }
            if second > 12, second <= 31, first <= 12 { return false }
        }
        return false
    }

    // MARK: Days

    private static func day(_ rest: inout ArraySlice<UInt8>, _ isDayFirst: Bool) -> CalendarDay? {
        if let first = number(&rest) {
            guard let separator = rest.popFirst() else { return nil }
            if first.digits == 4 {
                guard separator == 0x2D || separator == 0x2F || separator == 0x2E, let month = number(&rest),
                    rest.popFirst() == separator, let day = number(&rest)
                else { return nil }
                return CalendarDay(first.value, month.value, day.value)
            }
            guard first.digits <= 2 else {
                return nil
            }
            return dayFromShort(first.value, separator, &rest, isDayFirst)
        }
        // May 3, 2024
        let word = word(&rest)
        guard let month = MonthName.number(word) else { return nil }
        skipBlanks(&rest)
        guard let day = number(&rest) else { return nil }
        skip(&rest, ["st", "nd", "rd", "th", ",", " "])
        skipBlanks(&rest)
        guard let year = number(&rest), year.digits == 4 else { return nil }
        return CalendarDay(year.value, month, day.value)
    }

    private static func dayFromShort(
        _ first: Int, _ separator: UInt8, _ rest: inout ArraySlice<UInt8>, _ isDayFirst: Bool
    ) -> CalendarDay? {
        skip(&rest, ["st ", "nd ", "rd ", "th ", "er ", "de "])
        skipBlanks(&rest)
        if let second = number(&rest) {
            guard separator == 0x2F || separator == 0x2E || separator == 0x2D, rest.popFirst() == separator,
                let year = number(&rest), year.digits == 4 || year.digits == 2
            else { return nil }
            let full = year.digits == 4 ? year.value : year.value + (year.value < 70 ? 2000 : 1900)
            // Points are only used where the day comes first.
            let swaps = !(isDayFirst || separator == 0x2E || first > 12) || second.value > 12
            return swaps ? CalendarDay(full, first, second.value) : CalendarDay(full, second.value, first)
        }
        // 3 May 2024, 03-May-2024
        guard let month = MonthName.number(word(&rest)) else { return nil }
        if let byte = rest.first, byte == 0x2D || byte == 0x2E || byte == 0x2F || byte == 0x2C { rest.removeFirst() }
        skipBlanks(&rest)
        skip(&rest, ["de "])
        guard let year = number(&rest), year.digits == 4 else { return nil }
        return CalendarDay(year.value, month, first)
    }

    // MARK: Times

    /// Milliseconds since midnight; a zone behind it is read over.
    package static func time(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard let hour = number(&rest), hour.digits <= 2, hour.value <= 24 else { return nil }
        var hours = hour.value
        var minutes = 0
        var seconds = 0
        var fraction = 0
        if rest.first == 0x3A || (rest.first.map { $0 | 0x20 } == 0x68 && rest.count > 1) {
            rest.removeFirst()
            guard let minute = number(&rest), minute.digits == 2, minute.value < 60 else { return nil }
            minutes = minute.value
            if rest.first == 0x3A {
                rest.removeFirst()
                guard let second = number(&rest), second.digits == 2, second.value <= 60 else { return nil }
                seconds = second.value
                if let mark = rest.first, mark == 0x2E || mark == 0x2C {
                    rest.removeFirst()
                    let digits = rest.prefix { (0x30...0x39).contains($0) }
                    for place in 0..<3 {
                        let digit = place < digits.count ? Int(digits[digits.startIndex + place]) - 0x30 : 0
                        fraction = fraction * 10 + digit
                    }
                    rest.removeFirst(digits.count)
                }
            }
        } else {
            // A number alone is an hour only with a word behind it.
            let marker = Folding.fold(String(decoding: rest, as: UTF8.self)).split(separator: " ").first ?? ""
            guard ["am", "pm", "a.m.", "p.m.", "h", "uhr", "o'clock"].contains(marker) else { return nil }
        }
        skipBlanks(&rest)
        let suffix = Folding.fold(String(decoding: rest.prefix(16), as: UTF8.self))
        if suffix.hasPrefix("pm") || suffix.hasPrefix("p.m") {
            guard hours <= 12 else { return nil }
            hours = hours == 12 ? 12 : hours + 12
            rest.removeFirst(suffix.hasPrefix("pm") ? 2 : min(4, rest.count))
        } else if suffix.hasPrefix("am") || suffix.hasPrefix("a.m") {
            guard hours <= 12 else { return nil }
            hours = hours == 12 ? 0 : hours
            rest.removeFirst(suffix.hasPrefix("am") ? 2 : min(4, rest.count))
        } else if suffix == "h" || suffix == "uhr" || suffix == "o'clock" {
            rest.removeAll()
        }
        skipZone(&rest)
        return Int64((hours * 60 + minutes) * 60 + seconds) * 1000 + Int64(fraction)
    }

    private static func skipZone(_ rest: inout ArraySlice<UInt8>) {
        skipBlanks(&rest)
        skip(&rest, ["z", "utc", "gmt", "cest", "cet", "est", "edt", "pst", "pdt", "bst"])
        guard let sign = rest.first, sign == 0x2B || sign == 0x2D else { return }
        let zone = rest.dropFirst().filter { $0 != 0x3A }
        if zone.count == 4 || zone.count == 2, zone.allSatisfy({ (0x30...0x39).contains($0) }) { rest.removeAll() }
    }

    // MARK: Bytes

    private static func number(_ rest: inout ArraySlice<UInt8>) -> (value: Int, digits: Int)? {
        var value = 0
        var digits = 0
        while let byte = rest.first, byte >= 0x30, byte <= 0x39, digits < 5 {
            value = value * 10 + Int(byte - 0x30)
            digits += 1
            rest.removeFirst()
        }
        return digits > 0 ? (value, digits) : nil
    }

    private static func word(_ rest: inout ArraySlice<UInt8>) -> String {
        let bytes = rest.prefix { $0 >= 0x80 || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 == 0x2E }
        rest.removeFirst(bytes.count)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func trim(_ rest: inout ArraySlice<UInt8>) {
        skipBlanks(&rest)
        while rest.last == 0x20 { rest.removeLast() }
    }

    private static func skipBlanks(_ rest: inout ArraySlice<UInt8>) {
        while rest.first == 0x20 { rest.removeFirst() }
    }

    private static func skip(_ rest: inout ArraySlice<UInt8>, _ words: [String]) {
        for word in words
        where rest.count >= word.utf8.count && zip(rest, word.utf8).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) {
            rest.removeFirst(word.utf8.count)
            return
        }
    }
}
