internal import AIUConversations
internal import AIUWire

/// Does what a prompt wants of the memory.
struct MemoryTalk {
    let memory: Memory
    let now: Int64
    /// Nothing of the prompt is to be kept.
    let isEphemeral: Bool

    func answer(_ wish: MemoryWish) throws(AssistantError) -> Remembered {
        switch wish {
        case .remember(let text): try remember(text)
        case .forget(let subject): try forget(subject)
        case .forgetAll:
            // Too much for a slip of words.
            Remembered(phrase: .init("memory.all"), summary: "nothing was erased", isRefusal: true)
        case .list(let subject): try list(subject)
        }
    }

    /// Whether a wish is about something that is remembered. Otherwise the words may have meant something else: "forget about
    /// the header and add up the prices".
    func knows(_ wish: MemoryWish) throws(AssistantError) -> Bool {
        switch wish {
        case .remember, .forgetAll, .list(nil): true
        case .forget(let subject): try !meant(by: subject).isEmpty
        case .list(let subject?): try memory.recall(subject).contains { $0.likeness >= FactRecall.helping }
        }
    }

    /// The fact that answers a question, where one does.
    func answer(to question: String) throws(AssistantError) -> Remembered? {
        guard Question.isAsked(question), let near = FactRecall.answer(try memory.recall(question)) else { return nil }
        return Remembered(
            phrase: .init("memory.recalled", ["fact": near.fact.text]), facts: [near.fact],
            summary: "from memory: fact \(near.fact.number), likeness \(Self.rounded(near.likeness))")
    }

    private func remember(_ text: String) throws(AssistantError) -> Remembered {
        if isEphemeral {
            return Remembered(
                phrase: .init("memory.ephemeral"), summary: "nothing of this prompt is kept", isRefusal: true)
        }
        let (fact, isNew) = try memory.add(text, at: now)
        return Remembered(
            phrase: .init(isNew ? "memory.kept" : "memory.known", ["fact": fact.text]), facts: [fact],
            summary: isNew ? "kept as fact \(fact.number)" : "fact \(fact.number) says so already")
    }

    private func forget(_ subject: String) throws(AssistantError) -> Remembered {
        if isEphemeral {
            return Remembered(
                phrase: .init("memory.ephemeral"), summary: "nothing is changed by this prompt", isRefusal: true)
        }
        let facts = try meant(by: subject)
        guard let fact = facts.first else { return nothing(about: subject) }
        // Nothing is erased by guessing.
        guard facts.count == 1 else {
            return Remembered(
                phrase: .init("memory.several", ["subject": subject, "facts": Self.lines(facts)]),
                facts: facts, summary: "\(facts.count) facts fit, none was erased", isRefusal: true)
        }
        let gone = try memory.remove([fact.number])
        return Remembered(
            phrase: .init("memory.forgotten", ["fact": gone.first?.text ?? ""]), facts: gone,
            summary: "erased fact \(fact.number)")
    }

    /// The facts that a person wants to be forgotten. One that says just that needs no second look; likeness alone does not
    /// do where the words go on: "forget about the budget, compute 2+2".
    private func meant(by subject: String) throws(AssistantError) -> [Fact] {
        let near = try memory.recall(subject).filter { $0.likeness >= FactRecall.answering }.map(\.fact)
        let words = PlainWords(subject).words.map(\.text)
        let same = near.filter { PlainWords($0.text).words.map(\.text) == words }
        return same.count == 1 ? same : Self.goesOn(subject) ? [] : near
    }

    /// After a comma, or the end of a sentence.
    private static func goesOn(_ text: String) -> Bool {
        if text.contains(where: { $0 == "," || $0 == ";" || $0.isNewline }) { return true }
        return zip(text, text.dropFirst()).contains { ".!?:".contains($0) && $1.isWhitespace }
    }

    private func list(_ subject: String?) throws(AssistantError) -> Remembered {
        let facts: [Fact]
        if let subject {
            facts = try memory.recall(subject).filter { $0.likeness >= FactRecall.helping }.map(\.fact)
            if facts.isEmpty { return nothing(about: subject) }
        } else {
            facts = try memory.facts()
        }
        guard !facts.isEmpty else { return Remembered(phrase: .init("memory.none"), summary: "no facts") }
        return Remembered(
            phrase: .init("memory.list", ["count": "\(facts.count)", "facts": Self.lines(facts)]), facts: facts,
            summary: "\(facts.count) facts")
    }

    private func nothing(about subject: String) -> Remembered {
        Remembered(phrase: .init("memory.nothing", ["subject": subject]), summary: "no fact is about that")
    }

    private static func lines(_ facts: [Fact]) -> String {
        facts.map { "\($0.number). \($0.text)" }.joined(separator: "\n")
    }

    private static func rounded(_ likeness: Double) -> Double { (likeness * 100).rounded() / 100 }
}
