/// The words of a text without capitals, accents and signs, and where each stands.
struct PlainWords {
    struct Word: Equatable {
        let text: String
        let range: Range<String.Index>
    }

    let words: [Word]

    init(_ text: String) {
        var words: [Word] = []
        var start: String.Index?
        for place in text.indices {
            let isPart = text[place].isLetter || text[place].isNumber
            if isPart, start == nil { start = place }
            if !isPart, let first = start {
                words.append(Self.word(text, first..<place))
                start = nil
            }
        }
        if let start { words.append(Self.word(text, start..<text.endIndex)) }
        self.words = words
    }

    /// Those that say what a text is about.
    var telling: [String] { words.map(\.text).filter { !Self.common.contains($0) } }

    private static func word(_ text: String, _ range: Range<String.Index>) -> Word {
        Word(text: fold(text[range]), range: range)
    }

    static func fold(_ text: some StringProtocol) -> String {
        var folded = ""
        for character in text.lowercased() { folded += bases[character] ?? String(character) }
        return folded
    }

    /// The letters of the languages in which people ask, by what they are without their marks.
    private static let bases: [Character: String] = {
        let groups = [
            ("a", "àáâãäåą"), ("c", "çć"), ("e", "èéêëę"), ("i", "ìíîï"), ("l", "ł"), ("n", "ñń"), ("o", "òóôõö"),
            ("s", "ś"), ("u", "ùúûü"), ("y", "ýÿ"), ("z", "źż"), ("ss", "ß"), ("oe", "œ"), ("ae", "æ"),
        ]
        var bases: [Character: String] = [:]
        for (base, letters) in groups {
            for letter in letters { bases[letter] = base }
        }
        return bases
    }()

    /// Words of questions and joints, folded, of all languages together: none of them is what a fact is about.
    private static let common = Set(
        """
        a about all am an and any are as at be been by can could did do does for from had has have he her his how i if \
        in is it its me my of on or our s she should so that the their them there they this those to was we were what \
        when where which who whom whose why will with would you your tell know remember said told again \
        aber als am an auf aus bei bin bist da das dass dem den der des die dir doch du ein eine einem einen einer er \
        es euer fur habe haben hat hatte ich ihr im ist ja kann mein meine meinem meinen meiner mich mir mit noch oder \
        sein sich sie sind und uns unser unsere von wann war waren warum was welche welchem welchen welcher welches \
        wem wen wer weisst wie wir wird wo woher wohin zu zum zur \
        au aux avec ce ces cette comment c d dans de des du elle en est et etait il ils j je l la le les leur lui ma \
        mes moi mon n ne nos notre nous ou par pas pour pourquoi qu quand que quel quelle quelles quels qui quoi sa \
        se ses son sont sur t ta te tes toi ton tu un une vos votre vous y \
        al como con cual cuales cuando cuanto de del donde el ella en era eran es esta estan este esto fue ha hay la \
        las lo los me mi mis nos o para pero por que quien se ser si sin son su sus te tengo tiene tu un una unos y yo \
        ai alla che chi ci come cosa cui da dal dalla de degli dei del della delle di dove e era gli ha hai ho i il in \
        io le lo loro lui mia mie mio miei ne nel nella noi nostra nostro o per perche quale quali quando quanto \
        quella quello questo se sei si sono su sua suo sul ti tra un una uno vi voi \
        ao aos as com como da das de do dos e ela ele em era essa esse esta este eu foi isso lhe mais mas me meu meus \
        minha minhas na nao nas no nos nossa nosso o onde os ou para pela pelo por porque qual quais quando quanto que \
        quem se sem sou sua suas seu seus tem um uma voce \
        aan als bij dat de den deze die dit door een en er haar had heb heeft hem het hij hoe hun ik in is je jij jouw \
        kan me met mij mijn naar niet of om ons onze op te tot uit van voor waar waarom wanneer waren was wat we welk \
        welke wie wij wordt ze zij zijn \
        a ale byl byla bylo co czy czyj dla do gdzie go i ich ile jak jaka jaki jakie jako jego jej jest kiedy kogo \
        komu kto ktora ktore ktory ma mam mi mnie moj moja moje na nad nam nas nasz nasza nie o od on ona oni po pod \
        przez przy sa sie skad ta tak tam te tego tej ten to twoj w was wasz z za ze
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
