internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import AIUWire

/// `aiu memory`.
struct MemoryVerb {
    /// More is nonsense of a guest.
    private static let mostFacts = 10_000

    private let session: Session
    private let name: VMName
    private let runner: AssistRunner

    init(_ session: Session) throws {
        self.session = session
        name = try session.vmName(try session.arguments.required("vm"))
        runner = try AssistRunner(session, signals: try NewVM.signals())
    }

    func list() throws -> Int32 {
        let facts = try Self.facts(.list, in: name, runner)
        try session.answer(
            try JSON(encoding: facts), names: { facts.map { String($0.number) } },
            table: { MemoryText.table(facts, now: .now, width: session.width, style: session.style) })
        return 0
    }

    func add() throws -> Int32 {
        let text = session.arguments.arguments("text").joined(separator: " ")
        guard text.contains(where: { !$0.isWhitespace }) else { throw session.arguments.error("remember what?") }
        guard let fact = try ask(.add(text: text), "adding to the memory").first else { return 0 }
        try session.answer(
            try JSON(encoding: fact), names: { [String(fact.number)] },
            table: { "'\(name)' remembers, as number \(fact.number): \(SafeText.line(fact.text))\n" })
        return 0
    }

    func remove() throws -> Int32 {
        var numbers: [Int] = []
        for word in session.arguments.arguments("number") {
            guard let number = Int(word), number > 0 else {
                throw session.arguments.error(
                    "\(Excerpt.quoted(word)) is not the number of a fact; `aiu memory ls \(name)` shows them")
            }
            numbers.append(number)
        }
        let gone = try ask(.remove(facts: numbers), "erasing from the memory")
        if session.isChatty {
            for fact in gone { try session.write("erased: \(SafeText.line(fact.text))\n") }
        }
        return 0
    }

    func clear() throws -> Int32 {
        guard try Question.confirm("Erase all that '\(name)' remembers for good?", session) else { return 0 }
        _ = try ask(.clear, "erasing the memory")
        if session.isChatty { try session.write("'\(name)' remembers nothing any more\n") }
        return 0
    }

    private func ask(_ request: MemoryRequest, _ what: String) throws -> [MemoryFact] {
        try session.progress("\(what) of '\(name)'") { try Self.facts(request, in: name, runner) }
    }

    /// The facts that a request is about, however many events they take.
    static func facts(_ request: MemoryRequest, in name: VMName, _ runner: AssistRunner) throws -> [MemoryFact] {
        try runner.collect(
            .memory(request), in: name, purpose: "asking for the memory of '\(name)'", atMost: mostFacts
        ) { event in
            if case .facts(let facts) = event { facts } else { nil }
        }
    }
}
