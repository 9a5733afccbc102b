/// Tells questions from orders: only a question is answered with a fact.
enum Question {
    private static let openings: Set<String> = [
        "what", "when", "where", "who", "whom", "whose", "which", "why", "how", "do", "does", "did", "is", "are", "was",
        "was", "wann", "wo", "wer", "wem", "wen", "wessen", "welche", "welcher", "welches", "warum", "wie", "woher",
        "que", "quel", "quelle", "quels", "quelles", "quand", "ou", "qui", "pourquoi", "comment", "combien",
        "cual", "cuales", "cuando", "donde", "quien", "como", "cuanto", "cuanta",
        "che", "cosa", "quale", "quali", "quando", "dove", "chi", "perche", "quanto",
        "qual", "quais", "onde", "quem", "wat", "wanneer", "waar", "wie", "welk", "welke", "waarom", "hoe",
        "co", "kiedy", "gdzie", "kto", "ktory", "ktora", "ktore", "jaki", "jaka", "jakie", "jak", "ile", "czyj",
    ]

    static func isAsked(_ prompt: String) -> Bool {
        if prompt.last(where: { !$0.isWhitespace }) == "?" { return true }
        return PlainWords(String(prompt.prefix(64))).words.first.map { openings.contains($0.text) } ?? false
    }
}
