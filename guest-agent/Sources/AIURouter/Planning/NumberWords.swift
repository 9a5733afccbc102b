/// What a whole number in words or digits is, in the languages of the prompts that the router was trained on.
package enum NumberWords {
    static let largest: Int64 = 1_000_000_000
    /// A number word after another one that multiplies it: "a dozen", "two hundred".
    private static let multipliers: Set<Int64> = [12, 20, 100, 1000]

    /// The same as model/router/numbers.json.
    private static let table: [(value: Int64, words: String)] = [
        (0, "zero null zéro cero nul"),
        (1, "one a an single ein eine einen eins un une uno una um uma een één jeden jedna jedno"),
        (2, "two twice couple pair both zwei zweimal deux dos due dois duas twee dwa dwie"),
        (3, "three thrice drei dreimal trois tres tre três drie trzy"),
        (4, "four vier quatre cuatro quattro quatro cztery"),
        (5, "five fünf funf cinq cinco cinque vijf pięć piec"),
        (6, "six sechs seis sei zes sześć szesc"),
        (7, "seven sieben sept siete sette sete zeven siedem"),
        (8, "eight acht huit ocho otto oito osiem"),
        (9, "nine neun neuf nueve nove negen dziewięć dziewiec"),
        (10, "ten zehn dix diez dieci dez tien dziesięć dziesiec"),
        (11, "eleven elf onze once undici jedenaście jedenascie"),
        (12, "twelve dozen zwölf zwolf douze doce dodici doze twaalf dwanaście dwanascie"),
        (13, "thirteen dreizehn treize trece tredici treze dertien trzynaście"),
        (14, "fourteen vierzehn quatorze catorce quattordici catorze veertien czternaście"),
        (15, "fifteen fünfzehn funfzehn quinze quince quindici vijftien piętnaście"),
        (16, "sixteen sechzehn seize dieciséis dieciseis sedici dezesseis zestien szesnaście"),
        (17, "seventeen siebzehn diecisiete diciassette dezessete zeventien siedemnaście"),
        (18, "eighteen achtzehn dieciocho diciotto dezoito achttien osiemnaście"),
        (19, "nineteen neunzehn diecinueve diciannove dezenove negentien dziewiętnaście"),
        (20, "twenty score zwanzig vingt veinte venti vinte twintig dwadzieścia"),
        (24, "vierundzwanzig veinticuatro ventiquattro vierentwintig"),
        (25, "fünfundzwanzig veinticinco venticinque vijfentwintig"),
        (30, "thirty dreißig dreissig trente treinta trenta trinta dertig trzydzieści"),
        (40, "forty fourty vierzig quarante cuarenta quaranta quarenta veertig czterdzieści"),
        (50, "fifty fünfzig funfzig cinquante cincuenta cinquanta cinquenta vijftig pięćdziesiąt"),
        (60, "sixty sechzig soixante sesenta sessanta sessenta zestig sześćdziesiąt"),
        (70, "seventy siebzig setenta settanta zeventig siedemdziesiąt"),
        (80, "eighty achtzig ochenta ottanta oitenta tachtig osiemdziesiąt"),
        (90, "ninety neunzig noventa novanta negentig dziewięćdziesiąt"),
        (100, "hundred hundert einhundert cent cien ciento cento cem honderd sto"),
        (1000, "thousand tausend mille mil duizend tysiąc"),
    ]

    private static let values: [String: Int64] = {
        var values: [String: Int64] = [:]
        for entry in table {
            for word in entry.words.split(separator: " ") { values[String(word)] = entry.value }
        }
        return values
    }()

    /// The number that a part of a prompt says.
    package static func parse(_ text: String) -> Int64? {
        if let digits = digits(of: Array(text.unicodeScalars)) {
            guard let value = Int64(digits), value <= largest else { return nil }
            return value
        }
        var said = words(of: text.lowercased())
        if said.contains("half"), said.contains("dozen") {
            said = said.filter { $0 != "half" && $0 != "a" }.map { $0 == "dozen" ? "six" : $0 }
        }
        return combine(said.map { values[$0] }) ?? combine(said.map(mistyped))
    }

    private static func combine(_ numbers: [Int64?]) -> Int64? {
        var total: Int64 = 0
        var found = false
        for case let value? in numbers {
            if found, multipliers.contains(value) {
                let (product, overflow) = max(total, 1).multipliedReportingOverflow(by: value)
                guard !overflow else { return nil }
                total = product
            } else {
                total += value
            }
            guard total <= largest else { return nil }
            found = true
        }
        return found ? total : nil
    }

    /// The first run of digits, with separators of thousands left out.
    private static func digits(of scalars: [Unicode.Scalar]) -> String? {
        func isDigit(_ place: Int) -> Bool { place < scalars.count && ("0"..."9").contains(scalars[place]) }
        guard var place = scalars.indices.first(where: isDigit) else { return nil }
        var digits = ""
        while isDigit(place) {
            digits.unicodeScalars.append(scalars[place])
            place += 1
            if place < scalars.count, ",. '’".unicodeScalars.contains(scalars[place]), isDigit(place + 1),
                isDigit(place + 2), isDigit(place + 3), !isDigit(place + 4)
            {
                place += 1
            }
        }
        return String(digits.prefix(12))
    }

    private static func words(of text: String) -> [String] {
        text.unicodeScalars.split { ScalarClass($0) != .letter }.map { String(String.UnicodeScalarView($0)) }
    }

    /// The number word that one typing error made this of, if there is no doubt which number that is.
    private static func mistyped(_ word: String) -> Int64? {
        let signs = Array(word)
        var found: Int64?
        for entry in table {
            for known in entry.words.split(separator: " ") where known.count > 2 && near(signs, Array(known)) {
                guard found == nil || found == entry.value else { return nil }
                found = entry.value
            }
        }
        return found
    }

    /// Whether one sign more, less, changed or two exchanged make one word the other.
    private static func near(_ one: [Character], _ other: [Character]) -> Bool {
        let same = zip(one, other).prefix { $0 == $1 }.count
        let (a, b) = (one.dropFirst(same), other.dropFirst(same))
        if a.isEmpty && b.isEmpty { return true }
        return a.dropFirst().elementsEqual(b) || a.elementsEqual(b.dropFirst())
            || a.dropFirst().elementsEqual(b.dropFirst())
            || a.count > 1 && a.prefix(2).reversed().elementsEqual(b.prefix(2))
                && a.dropFirst(2).elementsEqual(b.dropFirst(2))
    }
}
