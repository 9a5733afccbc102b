/// What a prompt wants of the memory, where that is all it wants. Told by the words it begins with, in eight languages:
/// the model that chooses tools knows nothing of the memory, and a slip here would keep or lose what a person said.
package enum MemoryWish: Equatable, Sendable {
    case remember(String)
    case forget(String)
    case forgetAll
    /// All facts, or those about something.
    case list(about: String?)

    /// Nil for every other prompt.
    package init?(_ prompt: String) {
        let text = prompt.trimmed { $0.isWhitespace }
        // Nobody asks so much of a memory; long prompts are not even looked at.
        guard text.utf8.count <= 8 * 1024 else { return nil }
        let plain = PlainWords(text)
        var words = plain.words[...]
        while let first = words.first, MemoryForms.politeness.contains(first.text) { words = words.dropFirst() }
        guard !words.isEmpty else { return nil }
        let isQuestion = text.last == "?"
        if let rest = Self.rest(of: words, text, after: MemoryForms.lists) {
            guard rest.isEmpty || MemoryForms.isAbout(rest) else { return nil }
            self = .list(about: MemoryForms.subject(of: rest))
            return
        }
        guard !isQuestion else { return nil }
        if MemoryForms.forgetAll.contains(where: { Self.matches($0, words) == words.count }) {
            self = .forgetAll
        } else if let rest = Self.rest(of: words, text, after: MemoryForms.forgets), !rest.isEmpty {
            let subject = MemoryForms.withoutEnd(rest)
            guard !subject.isEmpty else { return nil }
            self = .forget(subject)
        } else if let rest = Self.rest(of: words, text, after: MemoryForms.remembers), !rest.isEmpty {
            self = .remember(rest)
        } else if let rest = Self.rest(of: words, text, after: MemoryForms.remembersWithMark, mark: true), !rest.isEmpty
        {
            self = .remember(rest)
        } else if let first = words.first, let second = words.dropFirst().first, words.count > 3,
            MemoryForms.remembersOf[first.text]?.contains(second.text) == true
        {
            self = .remember(String(text[second.range.lowerBound...]).trimmed { $0.isWhitespace || ".!".contains($0) })
        } else {
            return nil
        }
    }

    /// What follows the longest form that the words begin with; `mark`: only where a colon follows the form.
    private static func rest(
        of words: ArraySlice<PlainWords.Word>, _ text: String, after forms: [[String]], mark: Bool = false
    ) -> String? {
        var longest = 0
        for form in forms { longest = max(longest, matches(form, words)) }
        guard longest > 0 else { return nil }
        let last = words[words.startIndex + longest - 1]
        let rest = text[last.range.upperBound...]
        // "Forget that, …" takes a question back and asks another one.
        if rest.first == "," || rest.first == "." { return nil }
        if mark, rest.first(where: { !$0.isWhitespace }) != ":" { return nil }
        return String(rest).trimmed { $0.isWhitespace || ",:;.!?¿¡'’".contains($0) }
    }

    /// How many words the form has, when these begin with it; otherwise 0.
    private static func matches(_ form: [String], _ words: ArraySlice<PlainWords.Word>) -> Int {
        guard words.count >= form.count else { return 0 }
        return zip(form, words).allSatisfy { $0 == $1.text } ? form.count : 0
    }
}

extension String {
    /// Without the characters at both ends for which it is so.
    func trimmed(_ isSuperfluous: (Character) -> Bool) -> String {
        var rest = self[...]
        while let first = rest.first, isSuperfluous(first) { rest.removeFirst() }
        while let last = rest.last, isSuperfluous(last) { rest.removeLast() }
        return String(rest)
    }
}
