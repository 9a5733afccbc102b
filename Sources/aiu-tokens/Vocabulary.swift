internal import AIUTokenLink
internal import CLlama
internal import Glibc

/// The tokens of one model, read from its file without the weights.
@safe final class Vocabulary {
    /// Texts by which it is found out where the vocabulary's texts may be cut.
    private static let samples = [("a", "b"), ("word", "Other"), ("the", "12"), ("end.", "Next"), ("x", "-y")]

    private let model: OpaquePointer
    private let tokens: OpaquePointer
    private var room = [llama_token](repeating: 0, count: 1024)
    private var segments = Segments(space: .never, cutsAtLines: false)

    /// Reads it from a file that is closed afterwards.
    init(file: Int32) throws(Refusal) {
        _ = LibraryLog.takeComplaint()
        guard let stream = unsafe fdopen(file, "rb") else {
            close(file)
            throw Refusal(reason: "its file cannot be read")
        }
        defer { unsafe fclose(stream) }
        var parameters = unsafe llama_model_default_params()
        unsafe parameters.vocab_only = true
        unsafe parameters.n_gpu_layers = 0
        unsafe parameters.load_mode = LLAMA_LOAD_MODE_NONE
        unsafe parameters.check_tensors = false
        guard let model = unsafe llama_model_load_from_file_ptr(stream, parameters) else {
            throw Refusal(reason: LibraryLog.takeComplaint() ?? "its file is damaged")
        }
        guard let tokens = unsafe llama_model_get_vocab(model),
            unsafe llama_vocab_type(tokens) != LLAMA_VOCAB_TYPE_NONE
        else {
            unsafe llama_model_free(model)
            throw Refusal(reason: "it has no vocabulary")
        }
        unsafe self.model = model
        unsafe self.tokens = tokens
        segments = findSegments()
    }

    deinit { unsafe llama_model_free(model) }

    /// Counts the segments of a text that are whole, and cuts the one at which the limit is reached.
    func tally(_ text: [UInt8], _ question: TokenQuestion) throws(Refusal) -> TokenAnswer {
        var answer = TokenAnswer()
        while answer.bytes < text.count {
            let start = answer.bytes
            guard let end = segments.end(of: text, from: start, isLast: question.isLast) else { break }
            let isFirst = question.isFirst && start == 0
            let left = question.limit - answer.tokens
            let count = try count(text, from: start, to: end, isFirst: isFirst)
            if count <= left {
                answer.tokens += count
                answer.bytes = end
                continue
            }
            let (part, tokens) = try longestPart(of: text, from: start, to: end, isFirst: isFirst, within: left)
            answer.tokens += tokens
            answer.bytes = part
            answer.isFull = true
            break
        }
        return answer
    }

    /// The longest beginning of a segment that has as many tokens as are left, or else the one that comes nearest.
    private func longestPart(
        of text: [UInt8], from start: Int, to end: Int, isFirst: Bool, within left: Int
    ) throws(Refusal) -> (end: Int, tokens: Int) {
        var best = (end: start, tokens: 0)
        guard left > 0 else { return best }
        for part in Segments.parts(of: text, from: start, to: end) {
            let count = try count(text, from: start, to: part, isFirst: isFirst)
            if count == left { return (part, count) }
            if count < left, count > best.tokens { best = (part, count) }
        }
        return best
    }

    private func count(_ text: [UInt8], from start: Int, to end: Int, isFirst: Bool) throws(Refusal) -> Int {
        let spoken = segments.spoken(text, from: start, to: end, isFirst: isFirst)
        return Segments.count(tokens: try number(of: spoken), bytes: end - start)
    }

    private func number(of text: ArraySlice<UInt8>) throws(Refusal) -> Int { Int(try tokenise(text)) }

    /// Fills `room`; how many tokens.
    private func tokenise(_ text: ArraySlice<UInt8>) throws(Refusal) -> Int32 {
        let capacity = Int32(room.count)
        let found = unsafe text.withUnsafeBytes { buffer in
            let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe llama_tokenize(tokens, start, Int32(buffer.count), &room, capacity, false, false)
        }
        guard found >= 0 else { throw Refusal(reason: "a text cannot be split into its tokens") }
        return found
    }

    /// A cut is right when both parts alone have the tokens of the whole.
    private func findSegments() -> Segments {
        func holds(_ joint: String, dropping dropped: Bool) -> Bool {
            Self.samples.allSatisfy { left, right in
                let isAfter = joint == "\n"
                let first = isAfter ? left + joint : left
                let second = isAfter || dropped ? right : joint + right
                return list(left + joint + right) == list(first) + list(second)
            }
        }
        let space: Segments.Space =
            holds(" ", dropping: false) ? .kept : holds(" ", dropping: true) ? .implied : .kept
        return Segments(space: space, cutsAtLines: holds("\n", dropping: false))
    }

    private func list(_ text: String) -> [llama_token] {
        // One that cannot be split is found out when it is counted.
        guard let count = try? tokenise(Array(text.utf8)[...]) else { return [] }
        return Array(room.prefix(Int(count)))
    }
}

/// Why a question cannot be answered.
struct Refusal: Error {
    let reason: String
}
