internal import AIUJSON
package import AIUWire
internal import Glibc

/// Questions about days and times: how many days until, which date in 90 days, which weekday, how long from 9:15 to 17:45.
package enum DateQuestion {
    private enum Unit: String { case minute, hour, day, week, month, year, workday }

    private static let units: [String: Unit] = {
        var table: [String: Unit] = [:]
        let lists: [(Unit, String)] = [
            (.minute, "minute minutes min minuten minuto minutos minuti minuut minuty minut"),
            (.hour, "hour hours stunde stunden heure heures hora horas ora ore uur uren godzina godziny godzin"),
            (.day, "day days tag tage tagen jour jours dia dias giorno giorni dag dagen dzien dni"),
            (
                .week,
                "week weeks woche wochen semaine semaines semana semanas settimana settimane weken tydzien tygodnie tygodni"
            ),
            (
                .month,
                "month months monat monate monaten mois mes meses mese mesi maand maanden miesiac miesiace miesiecy"
            ),
            (.year, "year years jahr jahre jahren an ans annee annees ano anos anno anni jaar rok lat lata"),
            (.workday, "workdays workday weekdays arbeitstage werktage jours_ouvres"),
        ]
        for (unit, words) in lists {
            for word in words.split(separator: " ") { table[String(word)] = unit }
        }
        return table
    }()
    private static let before: Set<String> = [
        "before", "ago", "vor", "avant", "antes", "hace", "prima", "fa", "voor", "geleden", "przed", "temu", "earlier",
        "minus", "-", "atras",
    ]
    private static let after: Set<String> = [
        "after", "from", "nach", "ab", "apres", "despues", "dopo", "depois", "na", "po", "later", "plus", "+", "dans",
        "in", "within", "hence", "dentro", "tra", "fra", "over", "za", "em", "daqui", "a",
    ]
    private static let weekdayWords = [
        "weekday", "day of the week", "what day", "which day", "wochentag", "welcher tag", "jour de la semaine",
        "quel jour", "dia de la semana", "que dia", "giorno della settimana", "che giorno", "dia da semana",
        "welke dag", "dzien tygodnia", "jaki dzien",
    ]
    private static let dateWords = [
        "what date", "which date", "date", "datum", "welches datum", "quelle date", "fecha", "data", "what day",
        "welke datum", "when", "wann", "jaka data",
    ]
    private static let ageWords = [
        "how old", "age", "old", "alt", "alter", "age", "edad", "anni ha", "idade", "oud", "lat ma", "born", "geboren",
        "nacido", "nato",
    ]

    /// Nil when the text asks for something else.
    package static func answer(
        _ source: String, now: Moment, languages: [String]
    ) throws(ToolReply.Failure) -> ToolReply? {
        guard source.utf8.count <= 400 else { return nil }
        let words = DateWord.words(source)
        let text = words.map(\.folded).joined(separator: " ")
        if let reply = calendarFact(words, text) { return reply }
        let mentions = DateMention.all(
            in: words, today: now.calendarDay, dayFirst: languages.first.map { $0 != "en" } ?? false)
        if let reply = times(words, mentions, text) { return reply }
        guard !mentions.contains(where: \.hasTime) else { return nil }
        let spans = spans(words, besides: mentions)
        let language = languages.first ?? "en"
        switch (mentions.count, spans.isEmpty) {
        case (2, true):
            return difference(mentions[0].moment.calendarDay, mentions[1].moment.calendarDay, words, mentions)
        case (1, false):
            let outside = words.indices.filter { !mentions[0].range.contains($0) }.map { words[$0].folded }
            let isBefore = outside.contains { before.contains($0) }
            guard isBefore || outside.contains(where: { after.contains($0) }) else { return nil }
            return shifted(mentions[0].moment.calendarDay, spans, back: isBefore, language)
        case (1, true):
            return single(mentions[0], words, text, now.calendarDay, language)
        case (0, false):
            let isBefore = words.contains { before.contains($0.folded) }
            let asks =
                dateWords.contains { contains(text, $0) }
                || words.contains { ["ago", "hace", "geleden", "temu", "hence"].contains($0.folded) }
                || text.contains("from now") || text.contains("weekday")
            guard asks, isBefore || words.contains(where: { after.contains($0.folded) }) else { return nil }
            return shifted(now.calendarDay, spans, back: isBefore, language)
        case (_, _): return nil
        }
    }

    private static func contains(_ text: String, _ phrase: String) -> Bool { " \(text) ".contains(" \(phrase) ") }

    // MARK: Kinds of questions

    /// `is 2024 a leap year`, `days in February 2024`
    private static func calendarFact(_ words: [DateWord], _ text: String) -> ToolReply? {
        let years = words.compactMap { $0.text.count == 4 ? Int($0.text) : nil }
        let leapWords = [
            "leap year", "schaltjahr", "annee bissextile", "ano bisiesto", "anno bisestile", "ano bissexto",
            "schrikkeljaar", "rok przestepny", "bissextile",
        ]
        if leapWords.contains(where: { text.contains($0) }), let year = years.first, year > 0 {
            let isLeap = CalendarDay(year, 2, 29) != nil
            return ToolReply(
                text: isLeap ? "true" : "false", value: ["year": .integer(Int64(year)), "leapYear": .bool(isLeap)],
                phrase: .init(isLeap ? "calculator.leap" : "calculator.not_leap", ["year": "\(year)"]))
        }
        let asksDays =
            words.contains { units[$0.folded] == .day }
            && words.contains { ["in", "im", "en", "a", "em", "w", "hat", "has", "does"].contains($0.folded) }
        guard asksDays, years.count <= 1, words.count <= 8,
            let month = words.lazy.compactMap({ MonthName.number($0.text) }).first,
            !words.contains(where: { Int($0.text) != nil && $0.text.count < 4 }),
            let start = CalendarDay(years.first ?? 2025, month, 1),
            let end = month == 12 ? CalendarDay(start.year + 1, 1, 1) : CalendarDay(start.year, month + 1, 1)
        else { return nil }
        return count(end.number - start.number, .day)
    }

    /// `from 9:15 to 17:45`, `3:45 pm plus 90 minutes`
    private static func times(_ words: [DateWord], _ mentions: [DateMention], _ text: String) -> ToolReply? {
        let times = TimeOfDay.all(in: words)
        guard mentions.allSatisfy(\.hasTime) || mentions.isEmpty else { return nil }
        if times.count == 2 {
            // Durations are added, times of day are not.
            if words.contains(where: { $0.text == "+" || $0.folded == "plus" }) { return nil }
            var minutes = times[1].minutes - times[0].minutes
            if minutes < 0 { minutes += 24 * 60 }
            let written = "\(minutes / 60):" + (minutes % 60 < 10 ? "0" : "") + "\(minutes % 60)"
            if words.contains(where: { units[$0.folded] == .minute }) { return count(minutes, .minute) }
            return ToolReply(
                text: written, value: ["hours": .number(Double(minutes) / 60), "minutes": .integer(Int64(minutes))],
                phrase: .init("calculator.duration", ["hours": "\(minutes / 60)", "minutes": "\(minutes % 60)"]))
        }
        let spans = TimeOfDay.spans(in: words, besides: times)
        guard times.count == 1, spans > 0 else { return nil }
        let back = words.contains { before.contains($0.folded) }
        let minutes = ((times[0].minutes + (back ? -spans : spans)) % 1440 + 1440) % 1440
        let written = Moment(milliseconds: Int64(minutes) * 60_000).timeText.prefix(5)
        return ToolReply(
            text: String(written), value: ["time": .string(String(written))],
            phrase: .init("calculator.time", ["time": String(written)]))
    }

    private static func single(
        _ mention: DateMention, _ words: [DateWord], _ text: String, _ today: CalendarDay, _ language: String
    ) -> ToolReply? {
        let day = mention.moment.calendarDay
        let outside = words.indices.filter { !mention.range.contains($0) }.map { words[$0].folded }
        let unit = outside.compactMap { units[$0] }.first
        if weekdayWords.contains(where: { contains(text, $0) }) { return weekday(day, language) }
        if ageWords.contains(where: { contains(text, $0) }), day.number <= today.number {
            return count(whole(.year, from: day, to: today), .year)
        }
        if let unit { return difference(today, day, unit) }
        let spanWords: Set<String> = [
            "until", "till", "til", "bis", "jusqu", "hasta", "fino", "mancano", "ate", "tot", "do", "since", "seit",
            "depuis", "desde", "dal", "sinds", "od", "left", "away", "countdown",
        ]
        if outside.contains(where: { spanWords.contains($0) }) { return difference(today, day, .day) }
        let plain = outside.allSatisfy {
            [
                "what", "is", "the", "date", "of", "wann", "ist", "when", "welches", "datum", "quelle", "est", "la",
                "cual", "es", "fecha", "de", "on",
            ].contains($0)
        }
        return plain ? date(day, language) : nil
    }

    private static func difference(
        _ first: CalendarDay, _ second: CalendarDay, _ words: [DateWord], _ mentions: [DateMention]
    ) -> ToolReply? {
        let outside = words.indices.filter { place in !mentions.contains { $0.range.contains(place) } }.map {
            words[$0].folded
        }
        return difference(first, second, outside.compactMap { units[$0] }.first ?? .day)
    }

    private static func difference(_ first: CalendarDay, _ second: CalendarDay, _ unit: Unit) -> ToolReply? {
        let (start, end) = first.number <= second.number ? (first, second) : (second, first)
        let days = end.number - start.number
        switch unit {
        case .day: return count(days, .day)
        case .week:
            return ToolReply(
                text: NumberFormat.write(Double(days) / 7, digits: 6),
                value: ["result": .number(Double(days) / 7), "unit": "week", "days": .integer(Int64(days))],
                phrase: .init("calculator.weeks", ["weeks": "\(days / 7)", "days": "\(days % 7)"]))
        case .hour: return count(days * 24, .hour)
        case .minute: return count(days * 1440, .minute)
        case .month, .year: return count(whole(unit, from: start, to: end), unit)
        case .workday:
            let working = (start.number..<end.number).count { ($0 + 3) % 7 < 5 && end.number - start.number < 400_000 }
            return count(working, .workday)
        }
    }

    /// Whole months or years between two days.
    private static func whole(_ unit: Unit, from start: CalendarDay, to end: CalendarDay) -> Int {
        var months = (end.year - start.year) * 12 + end.month - start.month
        if end.day < start.day { months -= 1 }
        return unit == .year ? months / 12 : months
    }

    private static func count(_ number: Int, _ unit: Unit) -> ToolReply {
        ToolReply(
            text: "\(number)", value: ["result": .integer(Int64(number)), "unit": .string(unit.rawValue)],
            phrase: .init("calculator.\(unit.rawValue)s", ["number": "\(number)"]))
    }

    private static func shifted(_ day: CalendarDay, _ spans: [(Int, Unit)], back: Bool, _ language: String)
        -> ToolReply?
    {
        var result = day
        for (number, unit) in spans {
            let step = back ? -number : number
            switch unit {
            case .day: result = CalendarDay(number: result.number + step)
            case .week: result = CalendarDay(number: result.number + 7 * step)
            case .month: result = months(result, step)
            case .year: result = months(result, 12 * step)
            case .workday: result = workdays(result, step)
            case .hour, .minute: return nil
            }
            guard (1...9999).contains(result.year) else { return nil }
        }
        return date(result, language)
    }

    /// The same day of another month, or its last one.
    private static func months(_ day: CalendarDay, _ count: Int) -> CalendarDay {
        let index = day.year * 12 + day.month - 1 + count
        let year = index >= 0 ? index / 12 : 0
        for candidate in stride(from: day.day, through: 28, by: -1) {
            if let result = CalendarDay(year, index - year * 12 + 1, candidate) { return result }
        }
        return CalendarDay(year, index - year * 12 + 1, day.day) ?? day
    }

    private static func workdays(_ day: CalendarDay, _ count: Int) -> CalendarDay {
        var number = day.number
        var rest = min(abs(count), 100_000)
        while rest > 0 {
            number += count < 0 ? -1 : 1
            if (number + 3) % 7 < 5 { rest -= 1 }
        }
        return CalendarDay(number: number)
    }

    private static func date(_ day: CalendarDay, _ language: String) -> ToolReply {
        let text = Moment(day).dayText
        let weekday = WeekdayName.of(day, language)
        return ToolReply(
            text: text, value: ["date": .string(text), "weekday": .string(WeekdayName.of(day, "en"))],
            phrase: .init("calculator.date", ["date": text, "weekday": weekday]))
    }

    private static func weekday(_ day: CalendarDay, _ language: String) -> ToolReply {
        let name = WeekdayName.of(day, language)
        let text = Moment(day).dayText
        return ToolReply(
            text: name, value: ["date": .string(text), "weekday": .string(WeekdayName.of(day, "en"))],
            phrase: .init("calculator.date", ["date": text, "weekday": name]))
    }

    /// `90 days`, `2 weeks and 3 days`, outside of dates.
    private static func spans(_ words: [DateWord], besides mentions: [DateMention]) -> [(Int, Unit)] {
        var spans: [(Int, Unit)] = []
        for place in words.indices.dropLast() {
            guard !mentions.contains(where: { $0.range.contains(place) || $0.range.contains(place + 1) }),
                let unit = units[words[place + 1].folded]
            else { continue }
            let word = words[place].text
            if let number = Int(word), number < 1_000_000 {
                spans.append((number, unit))
            } else if let number = NumberWords.read([ExpressionToken.word(word)][...]) {
                spans.append((number.value, unit))
            } else if ["a", "an", "einem", "einer", "une", "una"].contains(words[place].folded) {
                spans.append((1, unit))
            }
        }
        if spans.isEmpty, words.contains(where: { $0.folded == "fortnight" }) { spans.append((2, .week)) }
        // `business days`, `working days`
        let isBusiness = words.contains {
            [
                "business", "working", "work", "ouvrables", "ouvres", "laborables", "habiles", "lavorativi", "uteis",
                "roboczych",
            ].contains($0.folded)
        }
        if isBusiness, spans.isEmpty {
            for place in words.indices.dropLast(2)
            where units[words[place + 2].folded] == .day || units[words[place + 1].folded] == .day {
                if let number = Int(words[place].text) { spans.append((number, .workday)) }
            }
        }
        return isBusiness ? spans.map { ($0.0, $0.1 == .day ? .workday : $0.1) } : spans
    }
}

extension Moment {
    /// Now, in the VM's zone.
    package static var local: Moment {
        var seconds = Glibc.time(nil)
        var parts = unsafe tm()
        unsafe localtime_r(&seconds, &parts)
        let (year, month, day) = unsafe (Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday))
        let (hour, minute, second) = unsafe (Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec))
        return CalendarDay(year, month, day).map { Moment($0, hour, minute, second) } ?? Moment(milliseconds: 0)
    }
}
