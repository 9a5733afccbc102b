import AIUAssistant
import AIUConversations
import Testing

/// A word is a token.
private func words(_ text: String) -> Int { text.split(separator: " ").count }

private func turn(_ number: Int, words: Int = 10) -> ConversationTurn {
    ConversationTurn(
        time: Int64(number), prompt: "question \(number)",
        answer: (["answer \(number)"] + [String](repeating: "w", count: words)).joined(separator: " "), tools: [],
        files: [])
}

@Suite("What was said before, in a model's context")
struct ContextBudgetTests {
    @Test("all turns stay while there is room")
    func whole() {
        var context = PromptContext()
        context.turns = (1...5).map { turn($0) }
        context.shorten = { _ in
            Issue.record("nothing is to be made shorter")
            return nil
        }
        let fitted = ContextBudget(room: 1000, count: words).fit(context)
        #expect(fitted == ContextBudget.Fitted(turns: context.turns))
    }

    @Test("the oldest become a digest that is kept, with room for the next turns")
    func digest() {
        var context = PromptContext()
        context.turns = (1...30).map { turn($0) }
        var kept: [ConversationDigest] = []
        var given = ""
        context.shorten = { text in
            given = text
            return "they talked"
        }
        context.keep = { kept.append($0) }
        let budget = ContextBudget(room: 600, count: words)
        let first = budget.fit(context)
        #expect(first.isNew && first.left == 0 && first.digest?.text == "they talked")
        #expect(first.turns.last == context.turns.last && first.turns.count < 15)
        #expect(first.digest?.turns == 30 - first.turns.count && kept == [first.digest])
        #expect(given.hasPrefix("question 1. answer 1") && !given.contains("question 30"))
        // The next prompts use it, and make no other.
        context.digest = kept[0]
        context.turns.append(turn(31))
        given = ""
        let second = budget.fit(context)
        #expect(!second.isNew && second.digest == kept[0] && second.turns.count == first.turns.count + 1)
        #expect(given.isEmpty)
        // Much later another one begins with it.
        context.turns += (32...60).map { turn($0) }
        let third = budget.fit(context)
        #expect(third.isNew && given.hasPrefix("they talked\n\n") && kept.count == 2)
    }

    @Test("what cannot be made shorter is left out, and counted")
    func dropped() {
        var context = PromptContext()
        context.turns = (1...30).map { turn($0) }
        let fitted = ContextBudget(room: 600, count: words).fit(context)
        #expect(fitted.digest == nil && fitted.left > 0 && fitted.left + fitted.turns.count == 30)
        #expect(fitted.turns.last == context.turns.last)
    }

    @Test("a long answer is cut, a digest too, and no room is no room")
    func long() {
        var context = PromptContext()
        context.turns = [turn(1, words: 100_000), turn(2)]
        context.shorten = { _ in String(repeating: "long ", count: 10_000) }
        let fitted = ContextBudget(room: 600, count: words).fit(context)
        #expect(fitted.turns.count == 2 && fitted.turns[0].answer.hasSuffix("…"))
        #expect(ContextBudget(room: 10, count: words).fit(context).turns.isEmpty)
        context.turns = (1...400).map { turn($0, words: 40) }
        let digested = ContextBudget(room: 600, count: words).fit(context)
        #expect((digested.digest?.text.utf8.count ?? 0) <= 604)
    }

    @Test("a digest of more turns than there are is not believed")
    func nonsense() {
        var context = PromptContext()
        context.turns = [turn(1)]
        for turns in [-1, 0, 2, Int.max] {
            context.digest = ConversationDigest(turns: turns, text: "x")
            let fitted = ContextBudget(room: 600, count: words).fit(context)
            #expect(fitted.digest == nil && fitted.turns.count == 1)
        }
    }
}
