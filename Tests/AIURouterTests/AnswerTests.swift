import AIUJSON
import AIURouter
import AIUWire
import Testing

@Suite("References to earlier steps")
struct ReferenceTests {
    @Test(
        "are replaced by results, and nothing else is",
        arguments: [
            ("⟦1⟧", "42"), ("19% of ⟦1⟧", "19% of 42"), ("⟦1⟧ + ⟦2⟧", "42 + x⟦1⟧y"), ("no reference", "no reference"),
            ("⟦x⟧", "⟦x⟧"), ("⟦1", "⟦1"), ("", ""),
        ])
    func resolve(argument: String, expected: String) {
        let resolved = Reference.resolve(.string(argument)) { [1: "42", 2: "x⟦1⟧y"][$0] }
        #expect(resolved == .string(expected))
    }

    @Test("a reference to nothing is noticed")
    func missing() { #expect(Reference.resolve("⟦7⟧") { _ in nil } == nil) }

    @Test("numbers stay as they are")
    func numbers() { #expect(Reference.resolve(3) { _ in nil } == 3) }

    @Test("a prompt cannot forge one")
    func disarmed() { #expect(Reference.disarmed("take ⟦1⟧") == "take [1]") }
}

@Suite("Sentences")
struct PhraseTests {
    private let book = """
        {"csv.average": {"en": "The average of {column} is {value}.", "de": "Der Durchschnitt von {column} ist {value}."},
         "odd": {"en": "{unknown} {value {value}"}}
        """

    @Test(
        "come in the first language that has them",
        arguments: [
            (["de", "en"], "Der Durchschnitt von {value} ist 3.", "de"),
            (["xx", "de"], "Der Durchschnitt von {value} ist 3.", "de"),
            (["xx"], "The average of {value} is 3.", "en"),
        ])
    func language(languages: [String], text: String, language: String) throws {
        let said = try PhraseBook(file: Array(book.utf8))
            .say(.init("csv.average", ["column": "{value}", "value": "3"]), in: languages)
        #expect(said?.text == text)
        #expect(said?.language == language)
    }

    @Test("a name without a value stays")
    func unknown() throws {
        #expect(try PhraseBook(file: Array(book.utf8)).say(.init("odd"), in: [])?.text == "{unknown} {value {value}")
        #expect(try PhraseBook(file: Array(book.utf8)).say(.init("none"), in: []) == nil)
    }

    @Test("a broken catalogue is refused")
    func broken() { #expect(throws: PhraseError.self) { try PhraseBook(file: Array("[1]".utf8)) } }
}

@Suite("The limit of an answer")
struct AnswerLimitTests {
    @Test(
        "is kept, between characters and words",
        arguments: [
            ("short", 10, "short", false), ("one two three", 2, "one two…", true), ("ééééé", 1, "éé…", true),
            ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 1, "…", true),
        ])
    func cut(text: String, tokens: Int, expected: String, isCut: Bool) {
        let result = AnswerLimit.cut(text, to: tokens)
        #expect(result.text == expected)
        #expect(result.isCut == isCut)
    }
}
