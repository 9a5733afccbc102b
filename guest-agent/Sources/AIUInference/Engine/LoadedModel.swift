internal import AIUInferenceLink
internal import CLlama

/// A model's weights and vocabulary, mapped from its file.
@safe final class LoadedModel {
    let file: ModelFile
    let pointer: OpaquePointer
    let vocabulary: Vocabulary
    /// Numbers in one state.
    let stateSize: Int
    let trainedContext: Int

    init(_ file: ModelFile) throws(InferenceFailure) {
        EngineLog.forget()
        var parameters = unsafe llama_model_default_params()
        unsafe parameters.n_gpu_layers = 0
        unsafe parameters.load_mode = LLAMA_LOAD_MODE_MMAP
        // Repacked weights would be a second copy in memory.
        unsafe parameters.use_extra_bufts = false
        unsafe parameters.check_tensors = false
        guard let pointer = unsafe llama_model_load_from_file(file.path, parameters) else {
            throw InferenceFailure(
                .badModel, "the model \(file.name) cannot be loaded: \(EngineLog.last ?? "its file is damaged")")
        }
        guard let vocabulary = unsafe llama_model_get_vocab(pointer),
            unsafe llama_vocab_type(vocabulary) != LLAMA_VOCAB_TYPE_NONE
        else {
            unsafe llama_model_free(pointer)
            throw InferenceFailure(.badModel, "the model \(file.name) has no vocabulary")
        }
        self.file = file
        unsafe self.pointer = pointer
        unsafe self.vocabulary = Vocabulary(vocabulary)
        stateSize = Int(unsafe llama_model_n_embd(pointer))
        trainedContext = Int(unsafe llama_model_n_ctx_train(pointer))
    }

    deinit { unsafe llama_model_free(pointer) }

    /// One thread for small models: several only wait for each other.
    var threads: Int32 {
        guard file.parameters > 100_000_000 else { return 1 }
        return Int32(clamping: min(max(Processors.online, 1), 16))
    }
}
