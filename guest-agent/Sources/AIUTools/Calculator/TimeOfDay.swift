/// A time of day in a person's words: `9:15`, `5pm`, `17h30`, `9:15 am`.
package struct TimeOfDay: Equatable, Sendable {
    package var minutes: Int
    package var range: Range<Int>

    package static func all(in words: [DateWord]) -> [TimeOfDay] {
        var times: [TimeOfDay] = []
        var place = 0
        while place < words.count {
            let next = place + 1 < words.count ? words[place + 1].folded.filter { $0 != "." } : ""
            if let (minutes, isComplete) = read(words[place].folded.filter { $0 != "." }, next) {
                let count = isComplete ? 1 : 2
                times.append(TimeOfDay(minutes: minutes, range: place..<place + count))
                place += count
            } else {
                if words[place].folded == "noon" { times.append(TimeOfDay(minutes: 720, range: place..<place + 1)) }
                if words[place].folded == "midnight" { times.append(TimeOfDay(minutes: 0, range: place..<place + 1)) }
                place += 1
            }
        }
        return times
    }

    /// The minutes, and whether the next word does not belong to it.
    private static func read(_ word: String, _ next: String) -> (Int, Bool)? {
        var text = word
        var half: String?
        for ending in ["am", "pm"] where text.hasSuffix(ending) && text.count > 2 {
            half = ending
            text.removeLast(2)
        }
        let isNextHalf = half == nil && (next == "am" || next == "pm")
        if isNextHalf { half = next }
        let isClock = half == nil && (next == "uhr" || next == "h")
        let parts = text.split(whereSeparator: { $0 == ":" || $0 == "h" }, ).map { String($0) }
        let marked = text.contains(":") || (text.contains("h") && text.first?.isNumber == true)
        guard (1...2).contains(parts.count), parts.allSatisfy({ $0.allSatisfy(\.isNumber) && $0.count <= 2 }),
            var hour = Int(parts[0]), marked || half != nil || isClock, (0...24).contains(hour)
        else { return nil }
        let minute = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
        guard minute < 60, parts.count == 1 || parts[1].count == 2 else { return nil }
        if let half {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (half == "pm" ? 12 : 0)
        }
        return (hour * 60 + minute, !isNextHalf && !isClock)
    }

    /// Minutes of all hours and minutes that are said besides.
    package static func spans(in words: [DateWord], besides times: [TimeOfDay]) -> Int {
        let hours: Set<String> = [
            "hour", "hours", "h", "hr", "hrs", "stunde", "stunden", "heure", "heures", "hora", "horas", "ora", "ore",
            "uur", "godziny", "godzin",
        ]
        let minutes: Set<String> = [
            "minute", "minutes", "min", "mins", "minuten", "minutos", "minuti", "minuut", "minut", "minuty",
        ]
        var total = 0
        for place in words.indices.dropLast() where !times.contains(where: { $0.range.contains(place) }) {
            guard let number = Int(words[place].text), number < 100_000 else { continue }
            if hours.contains(words[place + 1].folded) { total += number * 60 }
            if minutes.contains(words[place + 1].folded) { total += number }
        }
        return total
    }
}
