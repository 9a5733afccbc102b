internal import AIUClient
package import AIUCommandLine
internal import AIUJSON
package import AIUWire

/// The words of `prompt`, `chat` and `run --prompt` as a request to the assistant, and what goes with it.
package struct PromptWish {
    package let text: String
    package let files: GivenFiles
    let results: ResultsFolder?

    /// `words` are the prompt; `-`, or none, means standard input.
    package init(_ arguments: Arguments, words: [String], files sources: [String]) throws {
        let readsInput = words.isEmpty || words == ["-"]
        if readsInput, sources.contains("-") {
            throw arguments.error("standard input cannot be both the prompt and a file; give the prompt as words")
        }
        if words.isEmpty, StandardInput.isTerminal {
            throw arguments.error("the prompt is missing; write it in quotes, or `-` for standard input")
        }
        // What can be refused without reading is refused first.
        results = try ResultsFolder(arguments.option("out"))
        let limit = PromptRequest.longestText
        text =
            readsInput ? try StandardInput.text("a prompt", limit: limit) : words.joined(separator: " ")
        try Self.check(text)
        files = try GivenFiles(sources)
    }

    package static func check(_ text: String) throws {
        guard text.contains(where: { !$0.isWhitespace }) else { throw Problem(.usage, "the prompt is empty") }
        guard text.utf8.count <= PromptRequest.longestText else {
            throw Problem(
                .badData,
                "the prompt has \(text.utf8.count) bytes; at most \(PromptRequest.longestText) can be "
                    + "understood, and longer texts can come as a file with `--file`")
        }
    }

    /// `attended` says that somebody can answer questions.
    package func request(_ arguments: Arguments, attended: Bool, ephemeral: Bool = false) throws -> PromptRequest {
        let request = PromptRequest(
            text: text, files: files.paths, conversation: try Self.name("conversation", arguments),
            model: try Self.name("model", arguments), confirmed: arguments.flag("yes"), attended: attended,
            ephemeral: ephemeral)
        return request
    }

    private static func name(_ option: String, _ arguments: Arguments) throws -> String? {
        guard let value = arguments.option(option) else { return nil }
        guard value.contains(where: { !$0.isWhitespace }), value.utf8.count <= 256 else {
            throw arguments.error("`--\(option)` must be a name of at most 256 bytes, not \(Excerpt.quoted(value))")
        }
        return value
    }
}
