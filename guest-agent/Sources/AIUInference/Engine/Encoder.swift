internal import AIUInferenceLink
internal import CLlama

/// Reads a sequence of tokens with an encoder and gives the states, of each token or of the whole.
@safe final class Encoder {
    private let model: LoadedModel
    private let context: OpaquePointer
    private let pooled: Bool
    /// Tokens that one sequence may have.
    let longest: Int

    init(_ model: LoadedModel, longest: Int, pooled: Bool) throws(InferenceFailure) {
        guard model.file.kind != .reasoning else {
            throw InferenceFailure(.unfit, "the model \(model.file.name) writes text; it cannot compare or choose")
        }
        let room = UInt32(clamping: min(longest, model.trainedContext))
        EngineLog.forget()
        var parameters = unsafe llama_context_default_params()
        unsafe parameters.n_ctx = room
        // A sequence is read at once, because every token looks at every other.
        unsafe parameters.n_batch = room
        unsafe parameters.n_ubatch = room
        unsafe parameters.n_seq_max = 1
        unsafe parameters.n_threads = 1
        unsafe parameters.n_threads_batch = 1
        unsafe parameters.embeddings = true
        unsafe parameters.pooling_type = pooled ? LLAMA_POOLING_TYPE_MEAN : LLAMA_POOLING_TYPE_NONE
        // Sequences are short: their attention as plain matrices is quicker, above all emulated.
        unsafe parameters.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED
        unsafe parameters.no_perf = true
        guard let context = unsafe llama_init_from_model(model.pointer, parameters) else {
            throw InferenceFailure(
                .badModel, "the model \(model.file.name) cannot be used as an encoder: \(EngineLog.last ?? "no memory")"
            )
        }
        self.model = model
        self.longest = Int(room)
        self.pooled = pooled
        unsafe self.context = context
    }

    deinit { unsafe llama_free(context) }

    /// The states of the tokens at the places given, one after the other.
    func states(of tokens: [llama_token], at places: [Int]) throws(InferenceFailure) -> [Float] {
        try read(tokens)
        var states: [Float] = []
        states.reserveCapacity(places.count * model.stateSize)
        for place in places {
            guard let state = unsafe llama_get_embeddings_ith(context, Int32(clamping: place)) else {
                throw InferenceFailure(.broken, "the model \(model.file.name) gave no state for a token")
            }
            unsafe states.append(contentsOf: UnsafeBufferPointer(start: state, count: model.stateSize))
        }
        return states
    }

    /// The mean state of a text, with length one.
    func vector(of text: String) throws(InferenceFailure) -> [Float] {
        var tokens = try model.vocabulary.tokens(text, addSpecial: true, special: false)
        if tokens.count > longest, let end = tokens.last { tokens = tokens.prefix(longest - 1) + [end] }
        try read(tokens)
        guard let state = unsafe llama_get_embeddings_seq(context, 0) else {
            throw InferenceFailure(.broken, "the model \(model.file.name) gave no vector for a text")
        }
        let vector = unsafe Array(UnsafeBufferPointer(start: state, count: model.stateSize))
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 && length.isFinite ? vector.map { $0 / length } : vector
    }

    private func read(_ tokens: [llama_token]) throws(InferenceFailure) {
        guard !tokens.isEmpty, tokens.count <= longest else {
            throw InferenceFailure(
                .tooLong, "\(tokens.count) tokens are not what \(model.file.name) can read (1 to \(longest))")
        }
        var batch = unsafe llama_batch_init(Int32(tokens.count), 0, 1)
        defer { unsafe llama_batch_free(batch) }
        for (place, token) in tokens.enumerated() {
            unsafe batch.token[place] = token
            unsafe batch.pos[place] = llama_pos(place)
            unsafe batch.n_seq_id[place] = 1
            unsafe batch.seq_id[place]?[0] = 0
            unsafe batch.logits[place] = 1
        }
        unsafe batch.n_tokens = Int32(tokens.count)
        unsafe llama_set_n_threads(context, model.threads, model.threads)
        let result = unsafe llama_encode(context, batch)
        guard result == 0 else {
            throw InferenceFailure(
                .broken, "the model \(model.file.name) could not read \(tokens.count) tokens (\(result))")
        }
    }
}
