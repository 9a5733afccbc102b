internal import AIUInferenceLink
internal import Synchronization

/// One loaded model with whatever it can do, for one request at a time.
///
/// `@unchecked`, because the library's objects may move between threads but serve one at a time: `lock` sees to that.
@safe final class ModelSlot: @unchecked Sendable {
    /// What a model does; made on the first request for it.
    final class Work {
        let model: LoadedModel
        private var router: Router?
        private var encoder: Encoder?
        private var writer: Writer?

        init(_ file: ModelFile, configuration: String) throws(InferenceFailure) {
            model = try LoadedModel(file, configuration: configuration)
        }

        func asRouter() throws(InferenceFailure) -> Router {
            if let router { return router }
            let made = try Router(model)
            router = made
            return made
        }

        func asEncoder() throws(InferenceFailure) -> Encoder {
            if let encoder { return encoder }
            // Sentence encoders of this kind were trained on texts of at most this length.
            let made = try Encoder(model, longest: 256, pooled: true)
            encoder = made
            return made
        }

        func asWriter() throws(InferenceFailure) -> Writer {
            if let writer { return writer }
            let made = try Writer(model)
            writer = made
            return made
        }

        func forget(_ conversation: String) { writer?.forget(conversation) }
    }

    let file: ModelFile
    private let configuration: String
    private let lock = Mutex(())
    private var work: Work?

    init(_ file: ModelFile, configuration: String) {
        self.file = file
        self.configuration = configuration
    }

    /// An estimate: the weights, and what is needed to compute.
    var memory: Int { file.bytes + max(file.bytes / 4, 16 << 20) }

    /// Runs alone with the model, which is loaded first when it is not.
    func use<Result: Sendable, Failure: Error>(
        _ body: (Work) throws(Failure) -> Result, orLoading fail: (InferenceFailure) -> Failure
    ) throws(Failure) -> Result {
        try lock.withLock { _ throws(Failure) in
            if let work { return try body(work) }
            let made: Work
            do throws(InferenceFailure) { made = try Work(file, configuration: configuration) } catch {
                throw fail(error)
            }
            work = made
            return try body(made)
        }
    }

    /// Does something with the model only if it is loaded.
    func ifLoaded(_ body: (Work) -> Void) {
        lock.withLock { _ in
            if let work { body(work) }
        }
    }
}
