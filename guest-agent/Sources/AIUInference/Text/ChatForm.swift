internal import AIUInferenceLink
internal import CLlama

/// Writes a conversation in the form that a model was trained on, as tokens.
///
/// The marks of the form become the model's special tokens; what people and tools say never does, whatever it spells.
struct ChatForm {
    private let template: String?
    private let vocabulary: Vocabulary

    init(_ model: LoadedModel) {
        vocabulary = model.vocabulary
        if let text = unsafe llama_model_chat_template(model.pointer, nil) {
            template = unsafe String(cString: text)
        } else {
            template = nil
        }
    }

    /// Where a turn of the other side would begin, for models without a form of their own.
    var stops: [String] { usesPlainForm ? ["\nUser:"] : [] }

    private var usesPlainForm: Bool { apply([ChatTurn(.user, "")]) == nil }

    func tokens(_ request: GenerateRequest) throws(InferenceFailure) -> [llama_token] {
        var tokens: [llama_token] = []
        for (number, piece) in pieces(request.turns).enumerated() {
            tokens += try vocabulary.tokens(piece.text, addSpecial: number == 0, special: piece.isForm)
        }
        if !request.text.isEmpty || tokens.isEmpty {
            tokens += try vocabulary.tokens(request.text, addSpecial: tokens.isEmpty, special: false)
        }
        if tokens.isEmpty, vocabulary.start >= 0 { tokens = [vocabulary.start] }
        return tokens
    }

    /// The form with the turns' texts between its marks.
    private func pieces(_ turns: [ChatTurn]) -> [(text: String, isForm: Bool)] {
        if turns.isEmpty { return [] }
        let places = turns.indices.map { "@@turn-\($0)@@" }
        guard var rest = apply(zip(turns, places).map { ChatTurn($0.role, $1) })?[...] else { return plain(turns) }
        var pieces: [(String, Bool)] = []
        for (turn, place) in zip(turns, places) {
            // A form that leaves a turn out, such as one without a system turn, leaves out its text.
            guard let found = Self.range(of: place, in: rest) else { continue }
            pieces.append((String(rest[..<found.lowerBound]), true))
            pieces.append((turn.text, false))
            rest = rest[found.upperBound...]
        }
        pieces.append((String(rest), true))
        return pieces
    }

    private func plain(_ turns: [ChatTurn]) -> [(String, Bool)] {
        let said = turns.map { turn in
            switch turn.role {
            case .system: "\(turn.text)\n\n"
            case .user: "User: \(turn.text)\n"
            case .assistant: "Assistant: \(turn.text)\n"
            }
        }
        return [(said.joined() + "Assistant:", false)]
    }

    private func apply(_ turns: [ChatTurn]) -> String? {
        guard let template else { return nil }
        var buffer = [CChar](repeating: 0, count: 512 + turns.count * 512)
        let length = unsafe with(turns) { messages in
            unsafe messages.withUnsafeBufferPointer { messages in
                unsafe llama_chat_apply_template(
                    template, messages.baseAddress, messages.count, true, &buffer, Int32(buffer.count))
            }
        }
        guard length >= 0, Int(length) <= buffer.count else { return nil }
        return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The turns as the library wants them; the texts live as long as `body` runs.
    private func with<Result>(_ turns: [ChatTurn], _ body: ([llama_chat_message]) -> Result) -> Result {
        var messages: [llama_chat_message] = unsafe []
        func add(_ rest: ArraySlice<ChatTurn>) -> Result {
            guard let turn = rest.first else { return unsafe body(messages) }
            return unsafe turn.role.rawValue.withCString { role in
                unsafe turn.text.withCString { text in
                    unsafe messages.append(llama_chat_message(role: role, content: text))
                    return add(rest.dropFirst())
                }
            }
        }
        return add(turns[...])
    }

    private static func range(of text: String, in whole: Substring) -> Range<Substring.Index>? {
        var start = whole.startIndex
        while start < whole.endIndex {
            if whole[start...].hasPrefix(text) { return start..<whole.index(start, offsetBy: text.count) }
            start = whole.index(after: start)
        }
        return nil
    }
}
