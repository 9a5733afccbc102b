internal import AIUClient
internal import AIUCommandLine
internal import AIUModel

/// `aiu model tokens`: how many tokens a text has.
struct ModelTokensVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let name = try ModelVerb.name(try arguments.required("name"))
        let text = try text()
        try session.limitWaits()
        let request = try Calls.countTokens(of: text, by: name)
        let body = try session.client.bytes(request)
        let count: TokenCount = try Client.decode(from: body, of: request)
        try session.answer(
            try Client.parse(body, of: request), names: { ["\(count.tokens)"] }, table: { "\(count.tokens)\n" })
        return 0
    }

    private func text() throws -> String {
        let arguments = session.arguments
        let words = arguments.arguments("text")
        let limit = CountTokens.longestText
        if let file = arguments.option("file") {
            guard words.isEmpty else { throw arguments.error("give either a text or `--file`") }
            return file == "-"
                ? try StandardInput.text("a text", limit: limit) : try FileArgument.text(file, limit: limit)
        }
        if words.isEmpty, StandardInput.isTerminal {
            throw arguments.error("the text is missing; write it in quotes, or `-` for standard input")
        }
        guard !words.isEmpty, words != ["-"] else { return try StandardInput.text("a text", limit: limit) }
        return words.joined(separator: " ")
    }
}
