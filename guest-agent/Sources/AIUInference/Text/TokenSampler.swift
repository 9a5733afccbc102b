internal import AIUInferenceLink
internal import CLlama

/// Chooses the next token, and only such that the grammar allows.
///
/// A token goes to the grammar only after the grammar has allowed it: otherwise the library would end the process.
@safe final class TokenSampler {
    private let vocabulary: Vocabulary
    private let chain: UnsafeMutablePointer<llama_sampler>
    private let grammar: UnsafeMutablePointer<llama_sampler>?
    private var candidates: [llama_token_data]

    init(_ request: GenerateRequest, _ vocabulary: Vocabulary) throws(InferenceFailure) {
        self.vocabulary = vocabulary
        var grammar: UnsafeMutablePointer<llama_sampler>?
        if let text = request.grammar {
            try GrammarCheck.check(text)
            EngineLog.forget()
            unsafe grammar = llama_sampler_init_grammar(vocabulary.pointer, text, "root")
            guard unsafe grammar != nil else {
                throw InferenceFailure(.badGrammar, "the grammar is wrong: \(EngineLog.last ?? "it has no rule root")")
            }
        }
        guard let chain = unsafe llama_sampler_chain_init(llama_sampler_chain_default_params()) else {
            if let grammar = unsafe grammar { unsafe llama_sampler_free(grammar) }
            throw InferenceFailure(.broken, "there is no memory to choose tokens")
        }
        if request.temperature > 0 {
            if request.topK > 0 {
                unsafe llama_sampler_chain_add(chain, llama_sampler_init_top_k(Int32(clamping: request.topK)))
            }
            unsafe llama_sampler_chain_add(chain, llama_sampler_init_top_p(request.topP, 1))
            unsafe llama_sampler_chain_add(chain, llama_sampler_init_temp(request.temperature))
            unsafe llama_sampler_chain_add(chain, llama_sampler_init_dist(request.seed))
        } else {
            unsafe llama_sampler_chain_add(chain, llama_sampler_init_greedy())
        }
        unsafe self.chain = chain
        unsafe self.grammar = grammar
        candidates = [llama_token_data](repeating: llama_token_data(id: 0, logit: 0, p: 0), count: vocabulary.count)
    }

    deinit {
        unsafe llama_sampler_free(chain)
        if let grammar = unsafe grammar { unsafe llama_sampler_free(grammar) }
    }

    /// The next token after the last one that was read; nil when the grammar allows none.
    func next(_ context: OpaquePointer) throws(InferenceFailure) -> llama_token? {
        guard let scores = unsafe llama_get_logits_ith(context, -1) else {
            throw InferenceFailure(.broken, "the model gave no scores for the next token")
        }
        unsafe fill(scores)
        guard let first = unsafe choose(chain) else { return nil }
        guard unsafe grammar != nil else { return accepted(first.id) }
        // Mostly the likeliest token is allowed, and then the others need not be looked at.
        if allows(first.id) { return accepted(first.id) }
        unsafe fill(scores)
        if let grammar = unsafe grammar {
            unsafe candidates.withUnsafeMutableBufferPointer { buffer in
                var array = unsafe llama_token_data_array(
                    data: buffer.baseAddress, size: buffer.count, selected: -1, sorted: false)
                unsafe llama_sampler_apply(grammar, &array)
            }
        }
        guard let second = unsafe choose(chain), second.logit > -Float.infinity, allows(second.id) else { return nil }
        return accepted(second.id)
    }

    private func accepted(_ token: llama_token) -> llama_token {
        unsafe llama_sampler_accept(chain, token)
        // Nothing follows the end, and the grammar has no rule for it.
        if let grammar = unsafe grammar, !vocabulary.isEnd(token) { unsafe llama_sampler_accept(grammar, token) }
        return token
    }

    private func fill(_ scores: UnsafeMutablePointer<Float>) {
        for token in candidates.indices {
            unsafe candidates[token] = llama_token_data(id: llama_token(token), logit: scores[token], p: 0)
        }
    }

    private func choose(_ sampler: UnsafeMutablePointer<llama_sampler>) -> llama_token_data? {
        // Samplers sort in place and cut: the buffer is filled anew each time.
        unsafe candidates.withUnsafeMutableBufferPointer { buffer in
            var array = unsafe llama_token_data_array(
                data: buffer.baseAddress, size: buffer.count, selected: -1, sorted: false)
            unsafe llama_sampler_apply(sampler, &array)
            let place = unsafe array.selected
            let count = unsafe array.size
            guard place >= 0, place < count, let data = unsafe array.data else { return nil }
            return unsafe data[Int(place)]
        }
    }

    private func allows(_ token: llama_token) -> Bool {
        guard let grammar = unsafe grammar else { return true }
        var one = llama_token_data(id: token, logit: 1, p: 0)
        return unsafe withUnsafeMutablePointer(to: &one) { pointer in
            var array = unsafe llama_token_data_array(data: pointer, size: 1, selected: -1, sorted: false)
            unsafe llama_sampler_apply(grammar, &array)
            return unsafe pointer.pointee.logit > -Float.infinity
        }
    }
}
