package import AIUConversations
package import AIUInferenceLink

/// What a VM remembers, and how it comes to mind.
package struct Memory {
    /// Facts whose meaning is found out in one go: an emulated processor takes a third of a second for each.
    private static let mostLearned = 8

    package let store: FactStore
    /// It may fail, and then words have to do.
    private let embed: ([String]) throws(AssistantError) -> Meanings

    package init(store: FactStore, embed: @escaping ([String]) throws(AssistantError) -> Meanings) {
        self.store = store
        self.embed = embed
    }

    func add(_ text: String, at time: Int64) throws(AssistantError) -> (fact: Fact, isNew: Bool) {
        let added = try refusing { () throws(FactError) in try store.add(text, at: time) }
        if added.isNew { _ = learned([added.fact], in: nil) }
        return added
    }

    func facts() throws(AssistantError) -> [Fact] {
        try refusing { () throws(FactError) in try store.facts() }
    }

    func remove(_ numbers: [Int]) throws(AssistantError) -> [Fact] {
        try refusing { () throws(FactError) in try store.remove(numbers) }
    }

    func clear() throws(AssistantError) { try refusing { () throws(FactError) in try store.clear() } }

    /// The nearest facts first; nothing is asked of a model while there are none.
    func recall(_ text: String) throws(AssistantError) -> [FactRecall.Near] {
        let known = try facts()
        // Without the embedding model the words have to do.
        guard !known.isEmpty, let meaning = try? embed([text]), let vector = meaning.vectors.first else {
            return FactRecall(facts: known).nearest(to: text, nil)
        }
        let facts = try refusing { () throws(FactError) in try store.facts(in: meaning.space) }
        return FactRecall(facts: learned(facts, in: meaning.space)).nearest(to: text, vector)
    }

    /// The facts with their meanings, of which those that were not known are kept; those of another space are no use.
    private func learned(_ facts: [Fact], in space: String?) -> [Fact] {
        let unknown = facts.filter { $0.vector == nil }.prefix(Self.mostLearned)
        // What cannot be found out now is found out another time.
        guard !unknown.isEmpty, let found = try? embed(unknown.map(\.text)), found.space == space ?? found.space else {
            return facts
        }
        let meanings = zip(unknown, found.vectors).compactMap { fact, vector in
            FactVector(vector).map { (number: fact.number, vector: $0) }
        }
        // A full disk costs only time.
        try? store.learn(meanings, in: found.space)
        return facts.map { fact in
            guard let meaning = meanings.first(where: { $0.number == fact.number }) else { return fact }
            return fact.meaning(meaning.vector)
        }
    }

    private func refusing<Result>(_ body: () throws(FactError) -> Result) throws(AssistantError) -> Result {
        do throws(FactError) {
            return try body()
        } catch {
            throw .refused(error.operationReason, "\(error)")
        }
    }
}
