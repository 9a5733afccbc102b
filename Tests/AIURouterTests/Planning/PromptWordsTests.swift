import AIUJSON
import AIURouter
import Testing

/// Words and numbers are the same as in Python, where the model was trained with them.
struct PromptWordsTests {
    @Test("prompts are split as in training")
    func splitting() throws {
        for entry in try #require(PlanFixtures.vectors("words.json").arrayValue) {
            let text = try #require(entry[0]?.stringValue)
            let words = PromptWords(text).words.map { word -> JSON in
                .array([
                    .string(word.text), .integer(Int64(word.start)), .integer(Int64(word.end)), .bool(word.inner),
                ])
            }
            #expect(JSON.array(words) == entry[1], "\(text)")
        }
    }

    @Test("number words are read as in training")
    func numbers() throws {
        for entry in try #require(PlanFixtures.vectors("numbers.json").arrayValue) {
            let text = try #require(entry[0]?.stringValue)
            #expect(NumberWords.parse(text) == entry[1]?.integerValue, "\(text)")
        }
    }
}
