internal import AIUInferenceLink
internal import AIUSystem

/// One connection: its requests one after the other, until the other end closes it.
struct InferenceSession: ~Copyable {
    private static let longestText = 1 << 20

    private let engine: Engine
    private let channel: InferenceChannel

    init(_ engine: Engine, _ socket: consuming FileDescriptor) {
        self.engine = engine
        channel = InferenceChannel(socket)
    }

    /// Serves until the end; what is wrong with the other end, nil when it just left.
    func run() -> InferenceError? {
        do throws(InferenceError) {
            while let request = try next() { try answer(request) }
            return nil
        } catch {
            return error
        }
    }

    /// A request that cannot be read is answered; only where the next one begins must be known.
    private func next() throws(InferenceError) -> InferenceRequest? {
        while true {
            do throws(InferenceError) {
                return try channel.receive(InferenceRequest.self, floatLimit: 0)?.message
            } catch {
                guard case .malformed(let reason) = error else { throw error }
                try refuse(InferenceFailure(.badRequest, "the request is malformed: \(reason)"))
            }
        }
    }

    private func answer(_ request: InferenceRequest) throws(InferenceError) {
        do throws(InferenceProblem) {
            switch request {
            case .generate(let request): try generate(request)
            // What it would have stopped has ended already.
            case .cancel: return
            default:
                let reply: (message: InferenceReply, floats: [Float])
                do throws(InferenceFailure) { reply = try self.reply(to: request) } catch { throw .refused(error) }
                do throws(InferenceError) {
                    try channel.send(reply.message, floats: reply.floats)
                } catch {
                    throw .gone(error)
                }
            }
        } catch {
            switch error {
            case .refused(let failure): try refuse(failure)
            case .gone(let error): throw error
            }
        }
    }

    private func refuse(_ failure: InferenceFailure) throws(InferenceError) {
        try channel.send(InferenceReply.failed(failure))
    }

    private func reply(to request: InferenceRequest) throws(InferenceFailure) -> (InferenceReply, [Float]) {
        switch request {
        case .models: return (.models(engine.models()), [])
        case .load(let model):
            try engine.load(model)
            return (.done, [])
        case .unload(let model):
            try engine.unload(model)
            return (.done, [])
        case .forget(let conversation):
            engine.forget(conversation: conversation)
            return (.done, [])
        case .route(let request):
            return try engine.slot(request.model, for: .router).use(
                { work throws(InferenceFailure) in
                    let (header, floats) = try work.asRouter().scores(request)
                    return (.scores(header), floats)
                }, orLoading: \.self)
        case .embed(let request): return try embed(request)
        case .count(let model, let text):
            guard text.utf8.count <= Self.longestText else {
                throw InferenceFailure(.tooLong, "a text of \(text.utf8.count) bytes is too long to count its tokens")
            }
            return try engine.slot(model, for: model == nil ? .router : .reasoning).use(
                { work throws(InferenceFailure) in
                    (.counted(try work.model.vocabulary.tokens(text, addSpecial: false, special: false).count), [])
                }, orLoading: \.self)
        case .generate, .cancel: throw InferenceFailure(.badRequest, "a generation is no plain request")
        }
    }

    private func embed(_ request: EmbedRequest) throws(InferenceFailure) -> (InferenceReply, [Float]) {
        guard !request.texts.isEmpty, request.texts.count <= EmbedRequest.mostTexts else {
            throw InferenceFailure(
                .badRequest, "\(request.texts.count) texts at once; there may be 1 to \(EmbedRequest.mostTexts)")
        }
        let interrupt = Interrupt(watching: channel.socket.raw)
        return try engine.slot(request.model, for: .embedding).use(
            { work throws(InferenceFailure) in
                let encoder = try work.asEncoder()
                var floats: [Float] = []
                for text in request.texts {
                    if interrupt.poll() { throw InferenceFailure(.badRequest, "the request was given up") }
                    floats += try encoder.vector(of: text)
                }
                return (.embeddings(count: request.texts.count, size: work.model.stateSize), floats)
            }, orLoading: \.self)
    }

    private func generate(_ request: GenerateRequest) throws(InferenceProblem) {
        try refusing { () throws(InferenceFailure) in try check(request) }
        let slot = try refusing { () throws(InferenceFailure) in try engine.slot(request.model, for: .reasoning) }
        let interrupt = Interrupt(watching: channel.socket.raw)
        let report = try slot.use(
            { work throws(InferenceProblem) in
                let writer = try refusing { () throws(InferenceFailure) in try work.asWriter() }
                return try writer.write(request, interrupt) { text throws(InferenceError) in
                    try channel.send(InferenceReply.piece(text))
                }
            }, orLoading: InferenceProblem.refused)
        do throws(InferenceError) { try channel.send(InferenceReply.generated(report)) } catch { throw .gone(error) }
    }

    private func check(_ request: GenerateRequest) throws(InferenceFailure) {
        let bytes = request.turns.reduce(request.text.utf8.count) { $0 + $1.text.utf8.count }
        guard bytes <= Self.longestText else {
            throw InferenceFailure(.tooLong, "a prompt of \(bytes) bytes is too long")
        }
        guard request.turns.count <= 1024, (1...GenerateRequest.mostTokens).contains(request.maxTokens),
            request.temperature >= 0, request.temperature <= 10, request.topP > 0, request.topP <= 1, request.topK >= 0,
            request.stops.count <= GenerateRequest.mostStops, request.stops.allSatisfy({ $0.utf8.count <= 256 }),
            (request.conversation ?? "").utf8.count <= 256,
            !request.turns.contains(where: { $0.text.utf8.contains(0) }), !request.text.utf8.contains(0)
        else { throw InferenceFailure(.badRequest, "the settings of the text to be written are out of range") }
    }

    private func refusing<Result>(
        _ body: () throws(InferenceFailure) -> Result
    ) throws(InferenceProblem) -> Result {
        do throws(InferenceFailure) { return try body() } catch { throw .refused(error) }
    }
}
