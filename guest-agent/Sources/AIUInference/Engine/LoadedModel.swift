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

    private let configuration: String

    /// `configuration`: the file that says how many processors may be used.
    init(_ file: ModelFile, configuration: String) throws(InferenceFailure) {
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
        self.configuration = configuration
        unsafe self.pointer = pointer
        unsafe self.vocabulary = Vocabulary(vocabulary)
        stateSize = Int(unsafe llama_model_n_embd(pointer))
        trainedContext = Int(unsafe llama_model_n_ctx_train(pointer))
    }

    deinit { unsafe llama_model_free(pointer) }

    /// For the next request: configuration and processors may have changed since the last one.
    var threads: Int32 {
        let mode = PerformanceMode.read(configuration)
        return Int32(clamping: mode.threads(on: Processors.online, parameters: file.parameters))
    }
}
