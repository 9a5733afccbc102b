import AIUAssistant
import Testing

@Suite("What a prompt wants of the memory")
struct MemoryWishTests {
    private static let remembered = [
        ("remember that the fiscal year starts in April", "the fiscal year starts in April"),
        ("Please remember that invoices go to a@b.example.", "invoices go to a@b.example"),
        ("Remember: VAT is 19 %", "VAT is 19 %"), ("remember my dog is called Bruno!", "my dog is called Bruno"),
        ("Don't forget that Maria keeps the password", "Maria keeps the password"),
        ("keep in mind that we use metric units", "we use metric units"),
        ("Merk dir, dass das Geschäftsjahr im April beginnt.", "das Geschäftsjahr im April beginnt"),
        ("Bitte merken Sie sich, dass Rechnungen an Anna gehen", "Rechnungen an Anna gehen"),
        ("merke dir: Müll am Dienstag", "Müll am Dienstag"),
        ("Souviens-toi que l'exercice commence en avril", "l'exercice commence en avril"),
        ("retiens qu'on ferme le lundi", "on ferme le lundi"),
        ("N'oubliez pas que le mot est rouge", "le mot est rouge"),
        ("Recuerda que el año fiscal empieza en abril", "el año fiscal empieza en abril"),
        ("por favor, recuerde que Ana es vegetariana", "Ana es vegetariana"),
        ("Ricordati che l'anno fiscale inizia ad aprile", "l'anno fiscale inizia ad aprile"),
        ("tieni a mente che il PIN è da Carla", "il PIN è da Carla"),
        ("Lembra-te de que o ano fiscal começa em abril", "o ano fiscal começa em abril"),
        ("lembre-se que o prazo é sexta", "o prazo é sexta"),
        ("Onthoud dat het boekjaar in april begint", "het boekjaar in april begint"),
        ("vergeet niet dat Piet allergisch is", "Piet allergisch is"),
        ("Zapamiętaj, że rok obrotowy zaczyna się w kwietniu", "rok obrotowy zaczyna się w kwietniu"),
        ("Proszę pamiętać, że faktury idą do Ewy", "faktury idą do Ewy"),
        ("pamietaj ze kod jest u Jana", "kod jest u Jana"),
    ]

    @Test("a fact is to be kept, in eight languages", arguments: remembered)
    func remember(prompt: String, fact: String) {
        #expect(MemoryWish(prompt) == .remember(fact))
    }

    private static let forgotten = [
        ("forget what I said about the fiscal year", "the fiscal year"), ("Forget that VAT is 19 %.", "VAT is 19 %"),
        ("please forget everything about Bruno", "Bruno"), ("Vergiss, was ich über den Müll gesagt habe", "den Müll"),
        ("vergiss, dass Anna Rechnungen bekommt", "Anna Rechnungen bekommt"),
        ("Oublie ce que j'ai dit sur l'exercice", "l'exercice"), ("oublie que le mot est rouge", "le mot est rouge"),
        ("Olvida lo que dije sobre Ana", "Ana"), ("olvídate de Ana", "Ana"),
        ("Dimentica quello che ho detto su Carla", "Carla"), ("Esqueça o que eu disse sobre o prazo", "o prazo"),
        ("Vergeet wat ik over Piet heb gezegd", "Piet"), ("vergeet dat Piet allergisch is", "Piet allergisch is"),
        ("Zapomnij, co mówiłem o Janie", "Janie"), ("zapomnij o kodzie", "kodzie"),
    ]

    @Test("a fact is to be erased", arguments: forgotten)
    func forget(prompt: String, subject: String) {
        #expect(MemoryWish(prompt) == .forget(subject))
    }

    @Test(
        "everything is to be erased",
        arguments: [
            "forget everything", "Vergiss alles!", "oublie tout", "Olvida todo.", "dimentica tutto", "esqueça tudo",
            "vergeet alles", "zapomnij wszystko",
        ])
    func forgetAll(prompt: String) {
        #expect(MemoryWish(prompt) == .forgetAll)
    }

    @Test(
        "the facts are to be listed",
        arguments: [
            "what do you remember?", "What do you remember about me?", "what did I ask you to remember",
            "Was hast du dir gemerkt?", "woran erinnerst du dich", "De quoi te souviens-tu ?", "qu'as-tu retenu ?",
            "¿Qué recuerdas?", "che cosa ricordi?", "Do que você se lembra?", "wat heb je onthouden?", "co pamiętasz?",
        ])
    func list(prompt: String) {
        #expect(MemoryWish(prompt) == .list(about: prompt.contains("about me") ? nil : nil))
    }

    @Test("those about something are to be listed")
    func about() {
        #expect(MemoryWish("what do you remember about the fiscal year?") == .list(about: "the fiscal year"))
        #expect(MemoryWish("Co pamiętasz o Janie?") == .list(about: "Janie"))
    }

    @Test(
        "everything else is for the tools",
        arguments: [
            "", "?", "remember", "remember?", "forget", "forget it", "Forget that, compute 2+2", "forget that",
            "remember when we computed the average?", "Remember that VAT is 19 %. What is the VAT of 200?",
            "what do you remember that is in orders.csv?", "do you remember the price of the licence?",
            "count the lines with 'remember that' in notes.txt", "summarise what I said about the budget",
            "delete everything about Bruno", "merke die Datei", "recuerda",
            "che cosa ricordi del file orders.csv e csv?x",
            "average of the column remember", "forgettable songs in songs.csv",
        ])
    func none(prompt: String) {
        switch MemoryWish(prompt) {
        case nil, .list(about: .some): break
        case let wish?: Issue.record("\(wish)")
        }
    }
}
