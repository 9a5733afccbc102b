/// How people speak to a memory: the words with which such prompts begin, folded as `PlainWords` folds.
enum MemoryForms {
    static let politeness: Set<String> = [
        "please", "hey", "hi", "hello", "ok", "okay", "now", "and", "also", "bitte", "hallo", "und", "merci", "svp",
        "et", "por", "favor", "y", "per", "favore", "e", "alsjeblieft", "alstublieft", "en", "prosze", "i",
    ]

    static let remembers = forms(
        """
        remember that|always remember that|remember this|remember for later|keep in mind that|bear in mind that|don t forget that|do not forget that|never forget that|
        make a note that|memorize that|memorise that|
        merk dir dass|merke dir dass|merken sie sich dass|merk dir das|merk dir|merke dir|merken sie sich|
        vergiss nicht dass|vergessen sie nicht dass|denk daran dass|denke daran dass|denken sie daran dass|
        erinnere dich daran dass|behalte im kopf dass|notiere dir dass|
        souviens toi que|souviens toi qu|souvenez vous que|souvenez vous qu|rappelle toi que|rappelle toi qu|
        rappelez vous que|rappelez vous qu|retiens que|retiens qu|retenez que|retenez qu|n oublie pas que|
        n oublie pas qu|n oubliez pas que|n oubliez pas qu|garde en memoire que|garde en memoire qu|
        recuerda que|recuerde que|acuerdate de que|acuerdese de que|no olvides que|no olvide que|
        ten en cuenta que|tenga en cuenta que|memoriza que|
        ricorda che|ricordati che|ricordi che|si ricordi che|tieni a mente che|tenga a mente che|
        non dimenticare che|non scordare che|memorizza che|
        lembra te que|lembra te de que|lembre se que|lembre se de que|lembre que|lembra que|recorda que|recorde que|
        nao esquecas que|nao te esquecas que|nao te esquecas de que|nao esqueca que|nao se esqueca que|
        nao se esqueca de que|guarda que|guarde que|memoriza que|tem em conta que|
        onthoud dat|onthou dat|vergeet niet dat|denk eraan dat|herinner je dat|hou in gedachten dat|
        houd in gedachten dat|
        pamietaj ze|pamietajcie ze|prosze pamietac ze|zapamietaj ze|zapamietajcie ze|nie zapomnij ze|
        nie zapominaj ze|miej na uwadze ze|zanotuj ze|pamietac ze
        """)

    /// With these behind it, the word alone is enough, and they belong to what is kept: "remember my …".
    static let remembersOf: [String: Set<String>] = [
        "remember": ["my", "our", "i", "we"], "recuerda": ["mi", "mis"],
        "onthoud": ["mijn", "ons", "onze"], "pamietaj": ["moj", "moja", "moje"], "retiens": ["mon", "ma", "mes"],
    ]

    /// Commands only where a colon follows: "remember: …".
    static let remembersWithMark = forms(
        """
        remember|memorize|memorise|note to remember|fact|merke|merk dir|retiens|retenez|souviens toi|recuerda|recuerde|
        ricorda|ricordati|lembra te|lembre se|lembre|recorda|onthoud|onthou|pamietaj|zapamietaj
        """)

    static let forgets = forms(
        """
        forget that|forget what i said about|forget what i told you about|forget what you know about|
        forget what you remember about|forget everything about|forget all about|forget about|forget the fact that|
        don t remember that|do not remember that|
        vergiss dass|vergessen sie dass|vergiss was ich uber|vergiss was ich dir uber|vergessen sie was ich uber|
        vergiss was du uber|vergiss alles uber|vergessen sie alles uber|vergiss was ich von|
        oublie que|oublie qu|oubliez que|oubliez qu|oublie ce que j ai dit sur|oublie ce que je t ai dit sur|
        oubliez ce que j ai dit sur|oublie ce que tu sais sur|oublie tout sur|oubliez tout sur|
        oublie ce que j ai dit de|oublie ce que j ai dit a propos de|
        olvida que|olvide que|olvida lo que dije sobre|olvida lo que te dije sobre|olvida lo que he dicho sobre|
        olvida lo que dije de|olvide lo que dije sobre|olvida todo sobre|olvidate de|olvida lo que sabes de|
        olvida lo que sabes sobre|
        dimentica che|dimentica quello che ho detto su|dimentica quello che ti ho detto su|
        dimentica cio che ho detto su|dimentica tutto su|dimentica quello che sai di|dimentica quello che sai su|
        dimentica quello che ho detto di|dimentica quello che ho detto sul|dimentica quello che ho detto sulla|
        esquece que|esqueca que|esquece o que eu disse sobre|esqueca o que eu disse sobre|esquece o que disse sobre|
        esqueca o que disse sobre|esquece o que te disse sobre|esqueca tudo sobre|esquece tudo sobre|
        esqueca o que sabe sobre|
        vergeet dat|vergeet wat ik over|vergeet wat ik je over|vergeet alles over|vergeet wat je weet over|
        vergeet wat ik heb gezegd over|vergeet wat ik zei over|
        zapomnij ze|zapomnij co mowilem o|zapomnij co mowilam o|zapomnij co powiedzialem o|zapomnij co powiedzialam o|
        zapomnij to co mowilem o|zapomnij to co powiedzialem o|zapomnij to co powiedzialam o|zapomnij wszystko o|
        zapomnij co wiesz o|zapomnij o
        """)

    static let forgetAll = forms(
        """
        forget everything|forget all|forget everything i said|forget everything i told you|forget everything you know|
        forget all facts|clear your memory|erase your memory|vergiss alles|vergessen sie alles|
        vergiss alles was ich gesagt habe|loesche dein gedachtnis|losche dein gedachtnis|oublie tout|oubliez tout|
        oublie tout ce que j ai dit|oublie tout ce que je t ai dit|efface ta memoire|olvida todo|olvidalo todo|
        olvida todo lo que dije|borra tu memoria|dimentica tutto|dimentica tutto quello che ho detto|
        cancella la tua memoria|esquece tudo|esqueca tudo|apaga a tua memoria|apague sua memoria|vergeet alles|
        vergeet alles wat ik heb gezegd|wis je geheugen|zapomnij wszystko|zapomnij o wszystkim|
        wyczysc swoja pamiec|wyczysc pamiec
        """)

    static let lists = forms(
        """
        what do you remember|what are you remembering|what did i ask you to remember|what did i tell you to remember|
        what have i asked you to remember|what have you remembered|what do you know about me|
        list what you remember|show what you remember|tell me what you remember|show me what you remember|
        list your memories|show your memory|which facts do you remember|list the facts you remember|
        woran erinnerst du dich|woran erinnern sie sich|was hast du dir gemerkt|was haben sie sich gemerkt|
        was merkst du dir|was weisst du uber mich|was weisst du noch|zeig was du dir gemerkt hast|
        de quoi te souviens tu|de quoi vous souvenez vous|qu as tu retenu|que retiens tu|qu avez vous retenu|
        que sais tu de moi|que sais tu sur moi|tu te souviens de quoi|de quoi tu te souviens|
        que recuerdas|que recuerda|de que te acuerdas|de que se acuerda|que sabes de mi|que sabes sobre mi|
        que cosas recuerdas|
        che cosa ricordi|cosa ricordi|che cosa ti ricordi|cosa ti ricordi|che cosa ricorda|cosa sai di me|
        che cosa sai di me|
        o que lembras|de que te lembras|do que te lembras|o que voce lembra|do que voce se lembra|
        de que voce se lembra|o que recordas|o que sabes sobre mim|o que voce sabe sobre mim|
        wat heb je onthouden|wat heeft u onthouden|wat weet je nog|wat herinner je je|wat onthoud je|
        wat weet je over mij|
        co pamietasz|co pan pamieta|co pani pamieta|co zapamietales|co zapamietalas|co o mnie wiesz|co wiesz o mnie
        """)

    /// What a list may be asked about, after the form.
    private static let about = forms(
        """
        about|of|on|uber|von|zu|sur|de|du|des|a propos de|sobre|acerca de|del|su|di|del|della|over|van|o|na temat
        """)
    /// What may follow the form of a list and names nothing.
    private static let idle = forms(
        "now|so far|of me|about me|alles|noch|maintenant|ahora|adesso|agora|nu|teraz|von mir")

    /// Verbs at the end of what is to be forgotten.
    private static let ends = forms(
        """
        gesagt habe|gesagt hab|erzahlt habe|weisst|heb gezegd|gezegd heb|heb verteld|verteld heb|zei
        """)

    static func isAbout(_ rest: String) -> Bool {
        let words = PlainWords(rest).words.map(\.text)
        return idle.contains(words) || about.contains { words.starts(with: $0) && words.count > $0.count }
    }

    /// What follows the word that says "about"; nil when nothing is named.
    static func subject(of rest: String) -> String? {
        let words = PlainWords(rest).words
        let plain = words.map(\.text)
        guard !idle.contains(plain),
            let form = about.filter({ plain.starts(with: $0) }).max(by: { $0.count < $1.count }),
            words.count > form.count
        else { return nil }
        return String(rest[words[form.count].range.lowerBound...])
    }

    /// Without the verb with which some languages end.
    static func withoutEnd(_ rest: String) -> String {
        let words = PlainWords(rest).words
        let plain = words.map(\.text)
        for end in ends where plain.count > end.count && plain.suffix(end.count).elementsEqual(end) {
            return String(rest[..<words[plain.count - end.count - 1].range.upperBound])
        }
        return rest
    }

    private static func forms(_ text: String) -> [[String]] {
        text.split(separator: "|").map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
            .filter { !$0.isEmpty }
    }
}
