/// Units as people name them, in the languages of the assistant, and as libqalculate does.
package enum UnitNames {
    /// A unit found in a text.
    package struct Found: Equatable, Sendable {
        package var engine: String
        /// As the person wrote it.
        package var display: String
        package var count: Int
    }

    private static let signs = ["celsius": "°C", "fahrenheit": "°F"]
    private static let per: Set<String> = ["per", "pro", "par", "por", "al", "all", "na", "a"]

    /// The unit, perhaps a quotient of units, that these tokens start with.
    package static func read(_ tokens: ArraySlice<ExpressionToken>) -> Found? {
        guard var found = simple(tokens) else { return nil }
        while true {
            let rest = tokens.dropFirst(found.count)
            guard let next = rest.first else { return found }
            let divides = next.isSign("/") || next.folded.map { per.contains($0) } ?? false
            guard divides, let divisor = simple(rest.dropFirst()) else { return found }
            found.engine = "\(found.engine)/\(divisor.engine)"
            found.display += next.isSign("/") ? "/" : " per "
            found.display += divisor.display
            found.count += divisor.count + 1
        }
    }

    private static func simple(_ tokens: ArraySlice<ExpressionToken>) -> Found? {
        guard case .word(let word) = tokens.first, let key = tokens.first?.folded else { return nil }
        if let engine = symbols[word] {
            return powered(Found(engine: engine, display: signs[engine] ?? word, count: 1), tokens)
        }
        for (phrase, engine) in names[key] ?? []
        where phrase.count <= tokens.count && zip(phrase, tokens).allSatisfy({ $0 == $1.folded }) {
            let display = tokens.prefix(phrase.count).compactMap { token -> String? in
                if case .word(let word) = token { word } else { nil }
            }
            let found = Found(
                engine: engine, display: signs[engine] ?? display.joined(separator: " "), count: phrase.count)
            return powered(found, tokens)
        }
        if let power = word.last, power == "2" || power == "3", let base = symbols[String(word.dropLast())] {
            return Found(engine: "\(base)^\(power)", display: word, count: 1)
        }
        return prefixed(word).map { powered(Found(engine: $0, display: word, count: 1), tokens) }
    }

    private static func powered(_ found: Found, _ tokens: ArraySlice<ExpressionToken>) -> Found {
        let rest = Array(tokens.dropFirst(found.count).prefix(2))
        guard rest.count == 2, rest[0].isSign("^"), case .number(let power) = rest[1] else { return found }
        return Found(engine: "\(found.engine)^\(power)", display: "\(found.display)^\(power)", count: found.count + 2)
    }

    private static let prefixes = ["T", "G", "M", "k", "h", "d", "c", "m", "µ", "μ", "u", "n", "p"]
    private static let bases = [
        "Wh": "W*h", "Ah": "A*h", "W": "W", "J": "J", "N": "N", "Pa": "Pa", "Hz": "Hz", "V": "V", "A": "A", "g": "g",
        "m": "m", "s": "s", "L": "L", "l": "L", "B": "B", "bit": "bit", "bps": "bit/s", "b": "bit", "byte": "B",
        "eV": "eV", "mol": "mol", "cal": "cal", "Ω": "ohm", "ohm": "ohm", "F": "F", "bar": "bar", "iB": "iB",
        "Bps": "B/s",
    ]

    private static func prefixed(_ word: String) -> String? {
        for prefix in prefixes where word.hasPrefix(prefix) && word.count > prefix.count {
            if let base = bases[String(word.dropFirst(prefix.count))] {
                return (prefix == "µ" || prefix == "μ" ? "u" : prefix) + base
            }
        }
        return nil
    }

    /// Signs, whose case counts.
    private static let symbols: [String: String] = [
        "C": "celsius", "F": "fahrenheit", "K": "K", "°C": "celsius", "°F": "fahrenheit", "°K": "K", "m": "m", "g": "g",
        "s": "s", "h": "h", "L": "L", "l": "L", "W": "W", "J": "J", "N": "N", "V": "V", "A": "A", "t": "tonne",
        "B": "B",
        "b": "bit", "ft": "ft", "in": "in", "yd": "yd", "mi": "mi", "km": "km", "cm": "cm", "mm": "mm", "dm": "dm",
        "kg": "kg", "mg": "mg", "lb": "lb", "lbs": "lb", "oz": "oz", "st": "stone", "ha": "ha", "Hz": "Hz", "Pa": "Pa",
        "kW": "kW", "kWh": "kW*h", "KB": "kB", "Kb": "kbit", "mph": "mph", "kph": "km/h", "kmh": "km/h", "psi": "psi",
        "bar": "bar", "atm": "atm", "hp": "horsepower", "PS": "horsepower", "gal": "gallon", "qt": "quart",
        "pt": "pint",
        "cal": "cal", "BTU": "BTU", "btu": "BTU", "tsp": "teaspoon", "tbsp": "tablespoon", "min": "min", "sec": "s",
        "hr": "h", "hrs": "h", "ml": "mL", "cl": "cL", "dl": "dL", "kn": "knot", "nmi": "nauticalmile",
        "ly": "lightyear",
        "au": "AU", "AU": "AU", "gb": "GB", "mb": "MB", "tb": "TB", "kb": "kB", "eV": "eV", "mol": "mol", "Ω": "ohm",
    ]

    private static let names: [String: [([String], String)]] = {
        var names: [String: [([String], String)]] = [:]
        func add(_ engine: String, _ spellings: String) {
            for spelling in spellings.split(separator: "|") {
                let words = spelling.split(separator: " ").map { Folding.fold($0) }
                if let first = words.first { names[first, default: []].append((words, engine)) }
            }
        }
        add("m", "meter|meters|metre|metres|metro|metros|metri|mètre|mètres|metry|metrów|metr")
        add(
            "km",
            "kilometer|kilometers|kilometre|kilometres|kilometern|kilómetro|kilómetros|kilometro|kilometri|quilómetro"
                + "|quilómetros|quilômetros|kilomètre|kilomètres|kilometry|kilometrów|kms")
        add(
            "cm",
            "centimeter|centimeters|centimetre|centimetres|zentimeter|centímetro|centímetros|centimetro|centimetri"
                + "|centimètre|centimètres|centymetr|centymetry|centymetrów|cms")
        add(
            "mm",
            "millimeter|millimeters|millimetre|millimetres|milímetro|milímetros|millimetri|millimètres|milimetry|milimetrów"
        )
        add("mi", "mile|miles|meile|meilen|milla|millas|mille|miglio|miglia|milha|milhas|mijl|mijlen|mila|mile")
        add("ft", "foot|feet|fuß|fuss|pied|pieds|pie|pies|piede|piedi|pé|pés|voet|stopa|stopy|stóp")
        add(
            "in", "inch|inches|zoll|pouce|pouces|pulgada|pulgadas|pollice|pollici|polegada|polegadas|duim|cal|cale|cali"
        )
        add("yd", "yard|yards|yarda|yardas|iarde|jardas")
        add(
            "nauticalmile",
            "nautical mile|nautical miles|seemeile|seemeilen|mille nautique|milles nautiques|milla náutica|millas náuticas"
        )
        add("lightyear", "light year|light years|lichtjahr|lichtjahre|année lumière|années lumière|año luz|años luz")
        add("AU", "astronomical unit|astronomical units")
        add("g", "gram|grams|gramm|gramme|grammes|gramo|gramos|grammo|grammi|grama|gramas|gramów")
        add(
            "kg",
            "kilogram|kilograms|kilogramm|kilo|kilos|kilogramme|kilogrammes|kilogramo|kilogramos|kilogrammi|chilo|chili"
                + "|chilogrammi|quilo|quilos|quilogramas|kilogramy|kilogramów|kgs")
        add("mg", "milligram|milligrams|milligramm|milligrammes|miligramos|milligrammi|miligramas")
        add("lb", "pound|pounds|pfund|livre|livres|libra|libras|libbra|libbre|pond|funt|funty|funtów")
        add("oz", "ounce|ounces|unze|unzen|once|onces|onza|onzas|oncia|once|onça|onças|ons|uncja|uncje|uncji")
        add("tonne", "tonne|tonnes|ton|tons|tonnen|tonelada|toneladas|tonnellata|tonnellate|tony")
        add("stone", "stone|stones")
        add("L", "liter|liters|litre|litres|litern|litro|litros|litri|litry|litrów")
        add("mL", "milliliter|milliliters|millilitre|millilitres|mililitro|mililitros|millilitri|mls")
        add(
            "gallon", "gallon|gallons|gallone|gallonen|galón|galones|galloni|galões|galony|galonów|us gallons|us gallon"
        )
        add("quart", "quart|quarts")
        add("pint", "pint|pints|pinte|pintes|pinta|pintas")
        add("cup", "cup|cups|tasse|tassen|tasses|taza|tazas|tazza|tazze|xícara|xícaras|kopje|kopjes")
        add("fluid_ounce", "fluid ounce|fluid ounces|fl oz|floz")
        add(
            "tablespoon",
            "tablespoon|tablespoons|esslöffel|cuillère à soupe|cuillères à soupe|cucharada|cucharadas|tbsps")
        add("teaspoon", "teaspoon|teaspoons|teelöffel|cuillère à café|cuillères à café|cucharadita|cucharaditas|tsps")
        add("ha", "hectare|hectares|hektar|hectárea|hectáreas|ettaro|ettari|hektary|hektarów")
        add("acre", "acre|acres|morgen")
        for (engine, spellings) in [
            ("m", "meter|meters|metre|metres|m|metros|metri|mètres"), ("ft", "feet|foot|ft|pies|pieds|fuß"),
            ("in", "inch|inches|in"), ("km", "kilometer|kilometers|kilometre|kilometres|km|kilometros|chilometri"),
            ("mi", "mile|miles|mi"), ("cm", "centimeter|centimeters|centimetres|cm"), ("yd", "yard|yards|yd"),
        ] {
            for spelling in spellings.split(separator: "|") {
                add(
                    "\(engine)^2",
                    "square \(spelling)|sq \(spelling)|\(spelling) squared|quadrat\(spelling)|\(spelling) cuadrados"
                        + "|\(spelling) carrés|\(spelling) quadrati|\(spelling) quadrados|vierkante \(spelling)")
                add(
                    "\(engine)^3",
                    "cubic \(spelling)|cu \(spelling)|\(spelling) cubed|kubik\(spelling)|\(spelling) cúbicos"
                        + "|\(spelling) cubes|\(spelling) cubi|kubieke \(spelling)")
            }
        }
        add(
            "s",
            "second|seconds|secs|sekunde|sekunden|seconde|secondes|segundo|segundos|secondo|secondi|seconden|sekundy|sekund"
        )
        add("min", "minute|minutes|mins|minuten|minuto|minutos|minuti|minuut|minuty|minut")
        add("h", "hour|hours|stunde|stunden|heure|heures|hora|horas|ora|ore|uur|uren|godzina|godziny|godzin")
        add("day", "day|days|tag|tage|tagen|jour|jours|día|días|dia|dias|giorno|giorni|dag|dagen|dzień|dni")
        add(
            "week",
            "week|weeks|woche|wochen|semaine|semaines|semana|semanas|settimana|settimane|weken|tydzień|tygodnie|tygodni"
        )
        add(
            "month",
            "month|months|monat|monate|monaten|mois|mes|meses|mese|mesi|maand|maanden|miesiąc|miesiące|miesięcy")
        add(
            "year",
            "year|years|yr|yrs|jahr|jahre|jahren|an|ans|année|années|año|años|anno|anni|ano|anos|jaar|rok|lat|lata")
        add("ms", "millisecond|milliseconds|millisekunden|millisecondes|milisegundos")
        add(
            "celsius",
            "celsius|degrees celsius|degree celsius|degrees c|grad celsius|degrés celsius|grados celsius|gradi celsius"
                + "|graus celsius|graden celsius|stopni celsjusza|centigrade|degrees centigrade|deg c|c")
        add(
            "fahrenheit",
            "fahrenheit|degrees fahrenheit|degree fahrenheit|degrees f|grad fahrenheit|degrés fahrenheit"
                + "|grados fahrenheit|gradi fahrenheit|graus fahrenheit|graden fahrenheit|stopni fahrenheita|deg f|f")
        add("K", "kelvin|kelvins|degrees kelvin|k")
        add("deg", "degree|degrees|deg|grad|degrés|degré|grados|gradi|graus|graden|stopni")
        add("rad", "radian|radians|rad|radianten")
        add("mph", "miles an hour|miles per hour|mi per hour")
        add("km/h", "kilometers an hour|kilometres an hour|stundenkilometer|km h|kmph")
        add("knot", "knot|knots|knoten|nœuds|noeuds|nudos|nodi")
        add("W", "watt|watts|vatios")
        add("kW", "kilowatt|kilowatts|kw|kilovatios")
        add("kW*h", "kilowatt hour|kilowatt hours|kilowattstunde|kilowattstunden|kwh|kilowattheures|kilovatios hora")
        add("horsepower", "horsepower|horse power|pferdestärken|chevaux|caballos|cavalli|pk|km mechaniczne")
        add("J", "joule|joules|julios")
        add("kJ", "kilojoule|kilojoules|kj")
        add("cal", "calorie|calories")
        add("kcal", "kilocalorie|kilocalories|kcal|kilokalorien|kalorien|calorías|kcals")
        add("BTU", "btus")
        add("N", "newton|newtons")
        add("Pa", "pascal|pascals")
        add("kPa", "kilopascal|kilopascals|kpa")
        add("bar", "bars")
        add("psi", "pounds per square inch")
        add("atm", "atmosphere|atmospheres|atmosphären")
        add("Hz", "hertz|hz")
        add("V", "volt|volts")
        add("A", "amp|amps|ampere|amperes")
        add("ohm", "ohm|ohms")
        add("bit", "bit|bits")
        add("B", "byte|bytes|octet|octets")
        add("kB", "kilobyte|kilobytes|ko")
        add("MB", "megabyte|megabytes|mo|megaoctets")
        add("GB", "gigabyte|gigabytes|go|gigaoctets")
        add("TB", "terabyte|terabytes|to octets|téraoctets")
        add("KiB", "kibibyte|kibibytes|kib")
        add("MiB", "mebibyte|mebibytes|mib")
        add("GiB", "gibibyte|gibibytes|gib")
        add("TiB", "tebibyte|tebibytes|tib")
        add("Mbit", "megabit|megabits|mbit")
        add("Gbit", "gigabit|gigabits|gbit")
        add("Mbit/s", "mbps|mbit s|megabits per second|megabit per second")
        add("Gbit/s", "gbps|gbit s|gigabits per second")
        add("kbit/s", "kbps|kbit s|kilobits per second")
        for key in names.keys { names[key]?.sort { $0.0.count > $1.0.count } }
        return names
    }()
}
