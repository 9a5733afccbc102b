/// The language of a text, told by its most frequent words.
enum TextLanguage {
    /// Words that a text in the language cannot do without, folded; also what a summary does not count.
    static let functionWords: [String: Set<String>] = [
        "en": words(
            "the a an and or but if of to in on at by for with from as is are was were be been being it its this that these those he she they we you i his her their our your my me him them us not no do does did has have had will would can could should may might must there which who whom what when where why how than then so such also into about over after before more most some any all each other only own same very just because while during through between both up down out off again further once here"
        ),
        "de": words(
            "der die das den dem des ein eine einer eines einem einen und oder aber wenn von zu zum zur in im an am auf bei fur mit aus als ist sind war waren sein wird werden wurde wurden es er sie wir ihr ich du nicht kein keine auch nur noch schon so wie was wer wo dass dieser diese dieses hat haben hatte hatten kann konnen soll sich nach vor uber unter durch bis um mehr sehr man mein dein sein ihre seine unsere mir mich dir uns ihm ihn ihnen denn doch dann da hier"
        ),
        "fr": words(
            "le la les l un une des du de d et ou mais si dans sur par pour avec sans est sont etait etaient etre ete ce cet cette ces il elle ils elles nous vous je tu on son sa ses leur leurs notre nos votre vos mon ma mes que qui quoi dont ou ne n pas plus au aux en y a ont avait se s comme tout tous toute toutes aussi tres bien peut fait faire meme apres avant entre chez lui moi qu c j"
        ),
        "es": words(
            "el la los las un una unos unas y o pero si de del al en con por para sin es son era eran ser fue fueron esta este estos estas eso esa ese lo le les se su sus mi mis tu tus nos yo ella ellos ellas que quien cual cuando donde como no mas muy ya tambien hay ha han habia a sobre entre hasta desde todo todos toda todas me te porque esta estan"
        ),
        "it": words(
            "il lo la i gli le l un uno una e o ma se di del della dei degli delle dello al alla ai alle in nel nella nei con per da dal dalla su sul sulla e sono era erano essere stato che chi cui quale quando dove come non piu molto anche si ci suo sua suoi sue mio mia questo questa questi queste quello quella ha hanno aveva a tra fra ne mi ti noi voi loro lei lui io tutto tutti perche"
        ),
        "pt": words(
            "o a os as um uma uns umas e ou mas se de do da dos das no na nos nas em com por para pelo pela sem e sao era eram ser foi foram esta este estes estas isso essa esse ele ela eles elas eu tu voce nos que quem qual quando onde como nao mais muito ja tambem ha tem tinha ao aos seu sua seus suas meu minha sobre entre ate todo todos toda todas me te lhe porque estao"
        ),
        "nl": words(
            "de het een en of maar als van te in op aan bij voor met uit door is zijn was waren wordt worden werd het hij zij we wij jij je ik niet geen ook nog al zo hoe wat wie waar dat die deze dit heeft hebben had kan kunnen zal zich naar over onder tot om meer zeer men mijn jouw hun ons onze haar hem er dan toch heel"
        ),
        "pl": words(
            "i a o w z na do od za po dla ze to jest sa byl byla bylo byli byc nie tak ale lub oraz ten ta te tego tej tym tych jak co kto gdzie kiedy ktory ktora ktore sie juz tylko tez bardzo moze mozna przez przed pod nad przy jego jej ich moj moja my wy oni ja ty on ona ono mnie mi ci go mu u czy wiec jednak"
        ),
    ]

    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    /// The most likely one; nil when the text says too little.
    static func guess(_ words: some Sequence<String>) -> String? {
        var hits: [String: Int] = [:]
        for word in words.prefix(2000) {
            for (language, list) in functionWords where list.contains(word) { hits[language, default: 0] += 1 }
        }
        let best = hits.max { ($0.value, $1.key) < ($1.value, $0.key) }
        return best.map(\.key)
    }
}
