/// A day or a time of day in a person's words.
package struct DateMention: Equatable, Sendable {
    package var moment: Moment
    package var hasTime: Bool
    /// The words that it takes, by their places.
    package var range: Range<Int>

    private static let mostWords = 7
    private static let weekdays: [String: Int] = {
        var table: [String: Int] = [:]
        // From Monday on.
        let lists = [
            "monday tuesday wednesday thursday friday saturday sunday",
            "montag dienstag mittwoch donnerstag freitag samstag sonntag",
            "lundi mardi mercredi jeudi vendredi samedi dimanche",
            "lunes martes miercoles jueves viernes sabado domingo",
            "lunedi martedi mercoledi giovedi venerdi sabato domenica",
            "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
            "poniedzialek wtorek sroda czwartek piatek sobota niedziela",
        ]
        for list in lists {
            for (day, word) in list.split(separator: " ").enumerated() { table[String(word)] = day }
        }
        return table
    }()
    private static let relative: [String: Int] = [
        "today": 0, "heute": 0, "aujourd hui": 0, "aujourdhui": 0, "hoy": 0, "oggi": 0, "hoje": 0, "vandaag": 0,
        "dzisiaj": 0, "dzis": 0, "now": 0,
        "tomorrow": 1, "morgen": 1, "demain": 1, "manana": 1, "domani": 1, "amanha": 1, "jutro": 1,
        "yesterday": -1, "gestern": -1, "hier": -1, "ayer": -1, "ieri": -1, "ontem": -1, "gisteren": -1, "wczoraj": -1,
        "the day after tomorrow": 2, "day after tomorrow": 2, "ubermorgen": 2, "apres demain": 2, "pasado manana": 2,
        "day before yesterday": -2, "vorgestern": -2,
    ]
    /// Month and day, every year.
    private static let yearly: [String: (Int, Int)] = [
        "christmas day": (12, 25), "christmas": (12, 25), "xmas": (12, 25), "weihnachten": (12, 25), "noel": (12, 25),
        "navidad": (12, 25), "natale": (12, 25), "natal": (12, 25), "kerst": (12, 25), "kerstmis": (12, 25),
        "boze narodzenie": (12, 25), "bozego narodzenia": (12, 25),
        "christmas eve": (12, 24), "heiligabend": (12, 24), "nochebuena": (12, 24), "boxing day": (12, 26),
        "new year": (1, 1), "new years day": (1, 1), "new year s day": (1, 1), "new years": (1, 1), "neujahr": (1, 1),
        "nouvel an": (1, 1), "ano nuevo": (1, 1), "capodanno": (1, 1), "ano novo": (1, 1), "nieuwjaar": (1, 1),
        "nowy rok": (1, 1), "nowego roku": (1, 1),
        "new year s eve": (12, 31), "new years eve": (12, 31), "silvester": (12, 31), "nochevieja": (12, 31),
        "sylwestra": (12, 31),
        "halloween": (10, 31), "valentine s day": (2, 14), "valentines day": (2, 14), "valentinstag": (2, 14),
        "saint valentin": (2, 14), "san valentin": (2, 14), "san valentino": (2, 14),
        "independence day": (7, 4), "st patrick s day": (3, 17), "epiphany": (1, 6),
    ]

    /// All of them in the order of the text, longest first.
    package static func all(in words: [DateWord], today: CalendarDay, dayFirst: Bool = false) -> [DateMention] {
        var mentions: [DateMention] = []
        var place = 0
        while place < words.count {
            var found: DateMention?
            for count in stride(from: min(mostWords, words.count - place), through: 1, by: -1) {
                let slice = words[place..<place + count]
                if let (moment, hasTime) = read(Array(slice), today: today, dayFirst: dayFirst) {
                    found = DateMention(moment: moment, hasTime: hasTime, range: place..<place + count)
                    break
                }
            }
            if let found {
                mentions.append(found)
                place = found.range.upperBound
            } else {
                place += 1
            }
        }
        return mentions
    }

    private static func read(_ words: [DateWord], today: CalendarDay, dayFirst: Bool) -> (Moment, Bool)? {
        let folded = words.map(\.folded).joined(separator: " ")
        if let days = relative[folded] { return (Moment(CalendarDay(number: today.number + days)), false) }
        if let (month, day) = yearly[folded] { return upcoming(month, day, today).map { (Moment($0), false) } }
        if let last = words.last, last.folded.count == 4, let year = Int(last.folded), words.count > 1,
            let (month, day) = yearly[words.dropLast().map(\.folded).joined(separator: " ")]
        {
            return CalendarDay(year, month, day).map { (Moment($0), false) }
        }
        if folded == "easter" || folded == "ostern" || folded == "paques" || folded == "pascua" || folded == "pasqua" {
            let day = easter(today.year)
            let next = day.map { $0.number < today.number ? easter(today.year + 1) : $0 } ?? nil
            return next.map { (Moment($0), false) }
        }
        if let day = weekday(words.map(\.folded), today) { return (Moment(day), false) }
        let text = words.map(\.text).joined(separator: " ")
        guard text.contains(where: \.isNumber) else { return nil }
        if words.count <= 6, let reading = DateText.parse(text, isDayFirst: dayFirst || isDayFirst(text)) {
            return (reading.moment, reading.hasTime)
        }
        if let day = withoutYear(words.map(\.folded), today) { return (Moment(day), false) }
        return nil
    }

    private static func isDayFirst(_ text: String) -> Bool { text.contains(".") || DateText.isDayFirst([text]) }

    /// The next one from today on.
    private static func upcoming(_ month: Int, _ day: Int, _ today: CalendarDay) -> CalendarDay? {
        guard let this = CalendarDay(today.year, month, day) else { return CalendarDay(today.year + 1, month, day) }
        return this.number < today.number ? CalendarDay(today.year + 1, month, day) : this
    }

    /// `March 3`, `3rd of March`, `3. März`
    private static func withoutYear(_ words: [String], _ today: CalendarDay) -> CalendarDay? {
        let useful = words.filter { !["of", "the", "de", "di", "le", "el", "il", "den", "der"].contains($0) }
        guard useful.count == 2 else { return nil }
        for (name, number) in [(useful[0], useful[1]), (useful[1], useful[0])] {
            let figures = number.prefix(while: \.isNumber)
            let ending = number.dropFirst(figures.count)
            guard let month = MonthName.number(name), let day = Int(figures), (1...31).contains(day),
                ["", "st", "nd", "rd", "th", ".", "er"].contains(ending)
            else { continue }
            return upcoming(month, day, today)
        }
        return nil
    }

    private static func weekday(_ words: [String], _ today: CalendarDay) -> CalendarDay? {
        let nextWords: Set<String> = [
            "next", "nachsten", "nachster", "proximo", "prochain", "prossimo", "volgende", "nastepny", "this", "coming",
        ]
        let lastWords: Set<String> = ["last", "letzten", "dernier", "pasado", "scorso", "vorige", "ultimo"]
        guard words.count <= 2, let place = words.firstIndex(where: { weekdays[$0] != nil }),
            let day = weekdays[words[place]]
        else { return nil }
        let current = (today.number + 3) % 7
        var distance = (day - current + 7) % 7
        if words.count == 2 {
            let other = words[1 - place]
            if lastWords.contains(other) {
                distance = distance == 0 ? -7 : distance - 7
            } else if nextWords.contains(other) {
                if distance == 0 { distance = 7 }
            } else {
                return nil
            }
        } else if distance == 0 {
            distance = 7
        }
        return CalendarDay(number: today.number + distance)
    }

    /// Gauss' rule for the Gregorian calendar.
    private static func easter(_ year: Int) -> CalendarDay? {
        let a = year % 19
        let b = year / 100
        let c = year % 100
        let d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30
        let e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7
        let f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114
        return CalendarDay(year, f / 31, f % 31 + 1)
    }
}

/// A word of a question about dates: as it was written, and folded.
package struct DateWord: Equatable, Sendable {
    package var text: String
    package var folded: String

    /// Words and numbers with what dates have in them: `2024-01-15`, `3/4/2024`, `17:45`, `3.`
    package static func words(_ text: String) -> [DateWord] {
        var words: [DateWord] = []
        for piece in text.split(whereSeparator: { $0.isWhitespace || "()?!\"“”„".contains($0) }) {
            var word = String(piece)
            while let last = word.last, ",;:".contains(last) { word.removeLast() }
            for part in word.split(whereSeparator: { "'’".contains($0) }) {
                words.append(DateWord(text: String(part), folded: Folding.fold(String(part))))
            }
        }
        return words
    }
}
