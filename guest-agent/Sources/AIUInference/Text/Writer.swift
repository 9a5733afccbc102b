internal import AIUInferenceLink
internal import CLlama

/// A model that writes text.
final class Writer {
    private let model: LoadedModel
    private let context: TextContext
    private let form: ChatForm

    init(_ model: LoadedModel, room: Int = GenerateRequest.mostContext) throws(InferenceFailure) {
        guard model.file.kind == .reasoning, unsafe llama_model_has_decoder(model.pointer) else {
            throw InferenceFailure(.unfit, "the model \(model.file.name) cannot write text")
        }
        self.model = model
        context = try TextContext(model, room: room)
        form = ChatForm(model)
    }

    func forget(_ conversation: String) { context.forget(conversation) }

    /// Writes; every piece goes to `say` as it comes.
    func write(
        _ request: GenerateRequest, _ interrupt: Interrupt, say: (String) throws(InferenceError) -> Void
    ) throws(InferenceProblem) -> GenerationReport {
        let started = llama_time_us()
        let (prompt, sampler) = try prepare(request)
        unsafe llama_set_n_threads(context.pointer, model.threads, model.threads)
        let (place, reused) = context.open(request.conversation, for: prompt)
        defer { context.close(place) }
        var report = GenerationReport(
            end: .cancelled, model: model.file.name, promptTokens: prompt.count, reusedTokens: reused, tokens: 0,
            shifts: 0, promptMilliseconds: 0, milliseconds: 0)
        var gate = TextGate(stops: request.stops + (request.turns.isEmpty ? [] : form.stops))
        func speak(_ text: String) throws(InferenceProblem) {
            guard !text.isEmpty else { return }
            do throws(InferenceError) { try say(text) } catch { throw .gone(error) }
        }
        try unsafe interrupt.watching(context.pointer) { () throws(InferenceProblem) in
            guard try read(prompt[reused...], place, interrupt) else { return }
            report.promptMilliseconds = Double(llama_time_us() - started) / 1000
            report.end = .maxTokens
            while report.tokens < request.maxTokens {
                guard let token = try next(sampler), !model.vocabulary.isEnd(token) else {
                    report.end = .complete
                    break
                }
                report.tokens += 1
                try speak(gate.take(model.vocabulary.bytes(token)))
                if gate.isClosed {
                    report.end = .stop
                    break
                }
                if context.count(place) + 1 >= context.room {
                    guard context.shift(place, keeping: prompt.count) else { break }
                    report.shifts += 1
                }
                guard try read([token], place, interrupt) else {
                    report.end = .cancelled
                    break
                }
            }
        }
        if !gate.isClosed, report.end != .cancelled { try speak(gate.finish()) }
        report.milliseconds = Double(llama_time_us() - started) / 1000
        return report
    }

    private func prepare(_ request: GenerateRequest) throws(InferenceProblem) -> ([llama_token], TokenSampler) {
        do throws(InferenceFailure) {
            let prompt = try form.tokens(request)
            guard !prompt.isEmpty else { throw InferenceFailure(.badRequest, "there is nothing to go on with") }
            guard prompt.count < context.room - 1 else {
                throw InferenceFailure(
                    .tooLong,
                    "the prompt has \(prompt.count) tokens; the model \(model.file.name) can hold \(context.room - 2)")
            }
            return (prompt, try TokenSampler(request, model.vocabulary))
        } catch {
            throw .refused(error)
        }
    }

    private func read(
        _ tokens: ArraySlice<llama_token>, _ place: Int, _ interrupt: Interrupt
    ) throws(InferenceProblem) -> Bool {
        do throws(InferenceFailure) {
            return try context.read(tokens, at: place, interrupt)
        } catch {
            throw .refused(error)
        }
    }

    private func next(_ sampler: TokenSampler) throws(InferenceProblem) -> llama_token? {
        do throws(InferenceFailure) { return try unsafe sampler.next(context.pointer) } catch { throw .refused(error) }
    }
}
