internal import AIUWire

/// Understands `since` and `until`: a moment, a time of day, `yesterday`, `an hour ago`.
struct TimeBound: Sendable {
    /// The last moment of the log: what people mean by now, in a log of last year too.
    let now: Moment
    let argument: String

    private static let units: [(String, Int64)] = [
        ("second", 1000), ("sekunde", 1000), ("seconde", 1000), ("segundo", 1000), ("minut", 60_000), ("min", 60_000),
        ("hour", 3_600_000), ("stunde", 3_600_000), ("heure", 3_600_000), ("hora", 3_600_000), ("ora", 3_600_000),
        ("ore", 3_600_000), ("uur", 3_600_000), ("godzin", 3_600_000), ("day", Moment.day), ("tag", Moment.day),
        ("jour", Moment.day), ("dia", Moment.day), ("giorn", Moment.day), ("dag", Moment.day), ("dni", Moment.day),
        ("week", Moment.day * 7), ("woche", Moment.day * 7), ("semaine", Moment.day * 7), ("semana", Moment.day * 7),
        ("settiman", Moment.day * 7), ("tydzien", Moment.day * 7), ("tygodni", Moment.day * 7),
        ("month", Moment.day * 30), ("monat", Moment.day * 30), ("mois", Moment.day * 30), ("mes", Moment.day * 30),
    ]
    private static let days: [(Set<String>, Int64)] = [
        (["today", "heute", "aujourd'hui", "aujourdhui", "hoy", "oggi", "hoje", "vandaag", "dzisiaj", "dzis"], 0),
        (["yesterday", "gestern", "hier", "ayer", "ieri", "ontem", "gisteren", "wczoraj"], 1),
    ]
    private static let fillers: Set<String> = [
        "the", "at", "um", "since", "from", "until", "last", "this", "a", "le", "la", "el", "il", "am", "ab", "on",
        "of",
        "letzter", "letzte", "letzten", "letztes", "derniere", "dernier", "pasada", "pasado", "scorsa", "scorso",
        "passada",
        "passado", "vorige", "afgelopen", "zeszly", "zeszlego", "zeszlym", "ubiegly", "de", "ce", "cette", "esta",
        "este",
        "essa", "deze", "o", "w", "w", "do", "od", "desde", "depuis", "dal", "dalle", "vanaf", "uhr", "previous",
        "past",
    ]
    /// Parts of a day by the hour that they begin with, and days that are one word with them.
    private static let parts: [String: Int64] = [
        "midnight": 0, "mitternacht": 0, "minuit": 0, "medianoche": 0, "mezzanotte": 0, "meia-noite": 0,
        "middernacht": 0,
        "polnoc": 0, "morning": 6, "fruh": 6, "morgen": 6, "matin": 6, "manana": 6, "mattina": 6, "stamattina": 6,
        "manha": 6,
        "ochtend": 6, "vanochtend": 6, "rano": 6, "noon": 12, "midday": 12, "mittag": 12, "midi": 12, "mediodia": 12,
        "mezzogiorno": 12, "meio-dia": 12, "middag": 12, "poludnie": 12, "afternoon": 13, "nachmittag": 13,
        "apres-midi": 13,
        "tarde": 13, "pomeriggio": 13, "evening": 18, "abend": 18, "soir": 18, "noche": 18, "sera": 18, "noite": 18,
        "avond": 18, "wieczor": 18, "wieczorem": 18, "night": 20, "nacht": 20, "nuit": 20, "notte": 20, "tonight": 18,
    ]
    private static let weekdays: [(String, Int)] = [
        ("mon", 0), ("tue", 1), ("wed", 2), ("thu", 3), ("fri", 4), ("sat", 5), ("sun", 6), ("lun", 0), ("mar", 1),
        ("mer", 2), ("jeu", 3), ("ven", 4), ("sam", 5), ("dim", 6), ("die", 1), ("mit", 2), ("don", 3), ("fre", 4),
        ("son", 6), ("mie", 2), ("jue", 3), ("vie", 4), ("sab", 5), ("dom", 6), ("gio", 3), ("maa", 0), ("din", 1),
        ("woe", 2), ("vri", 4), ("zat", 5), ("zon", 6),
    ]

    /// The moment, and how long the unit is that was named: until a day is to its end.
    func moment(_ text: String, isEnd: Bool) throws(ToolReply.Failure) -> Moment {
        let words = Folding.fold(text.unquoted).split(separator: " ").map(String.init)
            .filter { !Self.fillers.contains($0) }
        let folded = words.joined(separator: " ")
        if folded == "now" || folded == "jetzt" { return now }
        for isDayFirst in [false, true] {
            if let reading = DateText.parse(text.unquoted, isDayFirst: isDayFirst) {
                return end(reading.moment, reading.hasTime ? 60_000 : Moment.day, isEnd)
            }
        }
        if let moment = spoken(words, folded, isEnd) { return moment }
        throw ToolReply.Failure(
            .invalid,
            "`\(argument)` is no time that is understood: '\(text.prefix(60))'; write it like 14:30 or 2024-05-03 14:30."
        )
    }

    private func spoken(_ words: [String], _ folded: String, _ isEnd: Bool) -> Moment? {
        // `anoche` is yesterday's evening in one word.
        if words == ["anoche"] || words == ["gisteravond"] {
            return Moment(milliseconds: now.rounded(to: Moment.day).milliseconds - Moment.day / 4)
        }
        if let amount = ago(words) { return Moment(milliseconds: now.milliseconds - amount) }
        // A day by its name, with a time behind or before it, or a time alone: that of the last day.
        var day = now.rounded(to: Moment.day)
        var rest = words
        var hasDay = false
        for (names, back) in Self.days {
            if let place = rest.firstIndex(where: { names.contains($0) }) {
                rest.remove(at: place)
                day.milliseconds -= back * Moment.day
                hasDay = true
            }
        }
        if !hasDay, let place = rest.firstIndex(where: { weekday($0) != nil }), let wanted = weekday(rest[place]) {
            rest.remove(at: place)
            // 1970-01-01 was a Thursday.
            let current = Int((day.milliseconds / Moment.day + 3) % 7)
            day.milliseconds -= Int64((current - wanted + 7) % 7) * Moment.day
            hasDay = true
        }
        if rest.isEmpty { return hasDay ? end(day, Moment.day, isEnd) : nil }
        // At nine in the morning, `since 11:00` is about yesterday.
        func clock(_ time: Int64) -> Int64 {
            let moment = day.milliseconds + time
            return !hasDay && !isEnd && moment > now.milliseconds ? moment - Moment.day : moment
        }
        if rest.count == 1, let hour = Self.parts[rest[0]] {
            return Moment(milliseconds: clock(hour * 3_600_000))
        }
        // `May 3` without a year: that of the log.
        let year = now.calendarDay.year
        if let reading = DateText.parse(rest.joined(separator: " ") + " \(year)") {
            return end(reading.moment, Moment.day, isEnd)
        }
        if rest.count > 2, let reading = DateText.parse(rest.prefix(2).joined(separator: " ") + " \(year)") {
            var bytes = Array(rest.dropFirst(2).joined(separator: " ").utf8)[...]
            if let time = DateText.time(&bytes), bytes.isEmpty {
                return end(Moment(milliseconds: reading.moment.milliseconds + time), 60_000, isEnd)
            }
        }
        var bytes = Array(rest.joined(separator: " ").utf8)[...]
        if let time = DateText.time(&bytes), bytes.isEmpty {
            return end(Moment(milliseconds: clock(time)), 60_000, isEnd)
        }
        if let hour = Int(rest.joined()), (0...24).contains(hour) {
            return Moment(milliseconds: clock(Int64(hour) * 3_600_000))
        }
        return nil
    }

    /// `2 hours ago`, `hour`, `vor 3 tagen`, `il y a une heure`
    private func ago(_ words: [String]) -> Int64? {
        guard words.count <= 6 else { return nil }
        var amount: Double?
        var unit: Int64?
        for word in words {
            if let number = SpokenNumber.parse(word) {
                amount = number
            } else if let found = Self.units.first(where: { word.hasPrefix($0.0) }) {
                unit = found.1
            } else if ["half", "halbe"].contains(word) {
                amount = 0.5
            } else if word.count > 1, let letter = word.last, let number = Double(word.dropLast()),
                let length = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": Moment.day][letter]
            {
                amount = number
                unit = length
            } else if ![
                "ago", "vor", "il", "y", "hace", "ha", "fa", "geleden", "temu", "an", "one", "eine", "einer", "une",
                "un", "una", "past",
            ]
            .contains(word) {
                return nil
            }
        }
        guard let unit, let amount = Optional(amount ?? 1), amount >= 0, amount < 1e6 else { return nil }
        return Int64(amount * Double(unit))
    }

    private func weekday(_ word: String) -> Int? {
        guard word.count >= 3, word.allSatisfy(\.isLetter) else { return nil }
        let full: Set<String> = [
            "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "montag", "dienstag",
            "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "lundi", "mardi", "mercredi", "jeudi",
            "vendredi", "samedi", "dimanche", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo",
            "mon", "tue", "wed", "thu", "fri", "sat", "sun", "lunedi", "martedi", "mercoledi", "giovedi", "venerdi",
            "sabato",
            "domenica", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag",
        ]
        guard full.contains(word) else { return nil }
        return Self.weekdays.first { word.hasPrefix($0.0) }?.1
    }

    private func end(_ moment: Moment, _ length: Int64, _ isEnd: Bool) -> Moment {
        isEnd ? Moment(milliseconds: moment.milliseconds + length - 1) : moment
    }
}
