internal import AIUInferenceLink
internal import CLlama

/// A model's tokens. Lives as long as its model.
@safe struct Vocabulary {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    var count: Int { Int(unsafe llama_vocab_n_tokens(pointer)) }
    var start: llama_token { unsafe llama_vocab_bos(pointer) }
    var separator: llama_token { unsafe llama_vocab_sep(pointer) }

    func isEnd(_ token: llama_token) -> Bool { unsafe llama_vocab_is_eog(pointer, token) }

    /// `special` says whether marks such as the end of a turn, written out in the text, become these marks.
    func tokens(_ text: String, addSpecial: Bool, special: Bool) throws(InferenceFailure) -> [llama_token] {
        let bytes = Array(text.utf8)
        guard bytes.count < 16 << 20 else {
            throw InferenceFailure(.tooLong, "a text of \(bytes.count) bytes is too long")
        }
        var tokens = [llama_token](repeating: 0, count: bytes.count + 8)
        for _ in 0..<2 {
            let room = Int32(tokens.count)
            let found = unsafe bytes.withUnsafeBytes { buffer in
                let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
                return unsafe llama_tokenize(
                    pointer, start, Int32(buffer.count), &tokens, room, addSpecial, special)
            }
            if found >= 0 { return Array(tokens.prefix(Int(found))) }
            guard found != Int32.min else { break }
            tokens = [llama_token](repeating: 0, count: -Int(found))
        }
        throw InferenceFailure(.broken, "a text cannot be split into tokens")
    }

    /// The bytes of a token; marks have none.
    func bytes(_ token: llama_token) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 256)
        var length = unsafe llama_token_to_piece(pointer, token, &buffer, 256, 0, false)
        if length < 0 {
            buffer = [CChar](repeating: 0, count: -Int(length))
            length = unsafe llama_token_to_piece(pointer, token, &buffer, -length, 0, false)
        }
        return buffer.prefix(max(Int(length), 0)).map { UInt8(bitPattern: $0) }
    }
}
