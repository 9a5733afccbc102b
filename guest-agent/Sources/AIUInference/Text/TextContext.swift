internal import AIUInferenceLink
internal import CLlama

/// The memory of a model that writes: what it has read and written, for several conversations at once.
@safe final class TextContext {
    static let conversations = 4
    private static let batch: Int32 = 256

    let pointer: OpaquePointer
    /// Tokens for all conversations together, and at most for one.
    let room: Int
    private let name: String
    private let memory: OpaquePointer?
    private var sequences = (0..<llama_seq_id(conversations)).map(KeptSequence.init)
    private var uses = 0

    init(_ model: LoadedModel, room: Int) throws(InferenceFailure) {
        name = model.file.name
        self.room = min(room, model.trainedContext)
        // Eight bits a number: a quarter of the memory, and quicker when emulated. Only for heads of such a size can the
        // library move what it remembers in this form; for others it would end the process.
        let head = Int(unsafe llama_model_n_embd(model.pointer)) / max(1, Int(unsafe llama_model_n_head(model.pointer)))
        let kinds = (model.file.headSize ?? head) % 64 == 0 ? [GGML_TYPE_Q8_0, GGML_TYPE_F32] : [GGML_TYPE_F32]
        var made: OpaquePointer?
        EngineLog.forget()
        for kind in kinds where unsafe made == nil {
            var parameters = unsafe llama_context_default_params()
            unsafe parameters.n_ctx = UInt32(clamping: self.room)
            unsafe parameters.n_batch = UInt32(Self.batch)
            unsafe parameters.n_ubatch = UInt32(Self.batch)
            unsafe parameters.n_seq_max = UInt32(Self.conversations)
            unsafe parameters.kv_unified = true
            unsafe parameters.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED
            unsafe parameters.type_k = kind
            unsafe parameters.type_v = kind
            unsafe parameters.no_perf = true
            unsafe made = llama_init_from_model(model.pointer, parameters)
        }
        guard let pointer = unsafe made else {
            throw InferenceFailure(.badModel, "the model \(name) cannot write: \(EngineLog.last ?? "no memory")")
        }
        unsafe self.pointer = pointer
        unsafe memory = llama_get_memory(pointer)
    }

    deinit { unsafe llama_free(pointer) }

    /// The place of a conversation, or of none, for a prompt; what it has in common with the prompt stays.
    func open(_ conversation: String?, for prompt: [llama_token]) -> (place: Int, reused: Int) {
        uses += 1
        let known = conversation.flatMap { name in sequences.firstIndex { $0.conversation == name } }
        let place = known ?? sequences.indices.min { sequences[$0].lastUse < sequences[$1].lastUse } ?? 0
        if known == nil { drop(place, from: 0) }
        sequences[place].conversation = conversation
        sequences[place].lastUse = uses
        // One token at least is read again: the next one is chosen from its scores.
        let common = min(sequences[place].common(with: prompt), prompt.count - 1)
        drop(place, from: common)
        return (place, sequences[place].tokens.count)
    }

    /// What must not be kept is forgotten.
    func close(_ place: Int) {
        if sequences[place].conversation == nil { drop(place, from: 0) }
    }

    func forget(_ conversation: String) {
        for place in sequences.indices where sequences[place].conversation == conversation {
            drop(place, from: 0)
            sequences[place].conversation = nil
        }
    }

    func count(_ place: Int) -> Int { sequences[place].tokens.count }

    /// Reads tokens; false when it was interrupted.
    func read(_ tokens: ArraySlice<llama_token>, at place: Int, _ interrupt: Interrupt) throws(InferenceFailure) -> Bool
    {
        var rest = tokens
        while !rest.isEmpty {
            if interrupt.poll() { return false }
            let part = rest.prefix(Int(Self.batch))
            switch decode(part, place) {
            case 0:
                sequences[place].tokens += part
                rest = rest.dropFirst(part.count)
            case 1 where freeAnother(than: place): continue
            case 2:
                drop(place, from: sequences[place].tokens.count)
                return false
            case let code:
                drop(place, from: 0)
                throw InferenceFailure(.broken, "the model \(name) could not read \(part.count) tokens (\(code))")
            }
        }
        return true
    }

    /// Leaves out the older half of what follows the first `keeping` tokens; false when the model cannot do that.
    func shift(_ place: Int, keeping: Int) -> Bool {
        let count = sequences[place].tokens.count
        let first = min(keeping, room / 4)
        let dropped = (count - first) / 2
        guard dropped > 0, let memory = unsafe memory, unsafe llama_memory_can_shift(memory) else { return false }
        let id = sequences[place].id
        guard unsafe llama_memory_seq_rm(memory, id, llama_pos(first), llama_pos(first + dropped)) else { return false }
        unsafe llama_memory_seq_add(memory, id, llama_pos(first + dropped), llama_pos(count), -llama_pos(dropped))
        sequences[place].tokens.removeSubrange(first..<first + dropped)
        return true
    }

    private func decode(_ part: ArraySlice<llama_token>, _ place: Int) -> Int32 {
        var batch = unsafe llama_batch_init(Int32(part.count), 0, 1)
        defer { unsafe llama_batch_free(batch) }
        for (number, token) in part.enumerated() {
            unsafe batch.token[number] = token
            unsafe batch.pos[number] = llama_pos(sequences[place].tokens.count + number)
            unsafe batch.n_seq_id[number] = 1
            unsafe batch.seq_id[number]?[0] = sequences[place].id
            unsafe batch.logits[number] = number == part.count - 1 ? 1 : 0
        }
        unsafe batch.n_tokens = Int32(part.count)
        return unsafe llama_decode(pointer, batch)
    }

    /// Forgets the conversation that was longest without a word; false when there is no other.
    private func freeAnother(than place: Int) -> Bool {
        let others = sequences.indices.filter { $0 != place && !sequences[$0].tokens.isEmpty }
        guard let oldest = others.min(by: { sequences[$0].lastUse < sequences[$1].lastUse }) else { return false }
        drop(oldest, from: 0)
        sequences[oldest].conversation = nil
        return true
    }

    private func drop(_ place: Int, from first: Int) {
        guard let memory = unsafe memory else { return }
        if unsafe llama_memory_seq_rm(memory, sequences[place].id, llama_pos(first), -1) {
            sequences[place].tokens.removeSubrange(min(first, sequences[place].tokens.count)...)
        } else {
            // Models whose memory cannot be cut begin anew.
            _ = unsafe llama_memory_seq_rm(memory, sequences[place].id, -1, -1)
            sequences[place].tokens = []
        }
    }
}
