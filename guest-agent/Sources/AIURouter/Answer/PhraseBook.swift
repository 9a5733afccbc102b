internal import AIUJSON
package import AIUWire

/// The sentences in which results are said, by their names and languages.
package struct PhraseBook: Sendable {
    private let phrases: [String: [String: String]]

    package init(file: [UInt8]) throws(PhraseError) {
        do throws(JSONError) {
            phrases = try JSONText.decode([String: [String: String]].self, from: file)
        } catch {
            throw PhraseError(explanation: "\(error)")
        }
    }

    /// The sentence in the first language that has it, English at last, and that language. Nil without such a phrase.
    package func say(_ phrase: ToolReply.Phrase, in languages: [String]) -> (text: String, language: String)? {
        guard let versions = phrases[phrase.name] else { return nil }
        for language in languages + ["en"] {
            if let template = versions[language] { return (Self.fill(template, phrase.values), language) }
        }
        return nil
    }

    /// A name without a value stays as it is: better odd than wrong.
    private static func fill(_ template: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            guard let close = rest.firstIndex(of: "}"),
                let value = values[String(rest[rest.index(after: open)..<close])]
            else {
                result.append(rest.removeFirst())
                continue
            }
            // Not filled again: a value with braces is a person's text.
            result += value
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}

/// A catalogue of phrases that cannot be read.
package struct PhraseError: Error, Equatable, Sendable, CustomStringConvertible {
    package let explanation: String
    package var description: String { "the catalogue of phrases cannot be read: \(explanation)" }
}
