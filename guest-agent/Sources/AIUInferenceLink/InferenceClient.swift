package import AIUSystem
package import AIUWire
internal import Glibc

/// A blocking connection to the process with the models. One request at a time.
package struct InferenceClient: ~Copyable, Sendable {
    /// Where the process listens in a VM.
    package static let path = "/run/aiu/inference.sock"

    private let channel: InferenceChannel

    package init(path: String = Self.path) throws(InferenceError) {
        do throws(SystemError) {
            self.init(try UnixSocket.connect(path))
        } catch {
            throw .unreachable(error)
        }
    }

    package init(_ socket: consuming FileDescriptor) {
        // A process that is gone shall be an error, and not the end of this one.
        signal(SIGPIPE, SIG_IGN)
        channel = InferenceChannel(socket)
    }

    /// The models there are and what the engine chose for the processor.
    package func models() throws(InferenceError) -> [GuestModel] {
        guard case .models(let models) = try ask(.models).message else { throw .malformed("no list of models") }
        return models
    }

    package func load(_ model: String) throws(InferenceError) { try expectDone(.load(model: model)) }

    package func unload(_ model: String) throws(InferenceError) { try expectDone(.unload(model: model)) }

    package func forget(conversation: String) throws(InferenceError) {
        try expectDone(.forget(conversation: conversation))
    }

    /// The scores of all heads of the router's model for a prompt.
    package func route(_ request: RouteRequest) throws(InferenceError) -> RouterScores {
        let reply = try ask(.route(request))
        guard case .scores(let header) = reply.message else { throw .malformed("no scores") }
        return try RouterScores(header, reply.floats)
    }

    package func route(words: [RouterWord], files: [[RouterWord]] = []) throws(InferenceError) -> RouterScores {
        try route(RouteRequest(words: words, files: files))
    }

    /// A vector of length one for each text.
    package func embed(_ texts: [String], model: String? = nil) throws(InferenceError) -> [[Float]] {
        var vectors: [[Float]] = []
        var start = 0
        while start < texts.count {
            let part = Array(texts[start..<min(start + EmbedRequest.mostTexts, texts.count)])
            let reply = try ask(.embed(EmbedRequest(model: model, texts: part)))
            guard case .embeddings(let count, let size) = reply.message, count == part.count, size > 0,
                reply.floats.count == count * size
            else { throw .malformed("not as many vectors as texts") }
            for row in 0..<count { vectors.append(Array(reply.floats[row * size..<(row + 1) * size])) }
            start += part.count
        }
        return vectors
    }

    /// What texts mean to the model for that: one that the host attached for the role goes before the image's own.
    package func meanings(of texts: [String]) throws(InferenceError) -> Meanings {
        guard let model = try models().last(where: { $0.kind == "embedding" && $0.roles.contains("embedding") }) else {
            throw .refused(InferenceFailure(.noSuchModel, "this VM has no model for the role embedding"))
        }
        return Meanings(space: "\(model.name) \(model.bytes)", vectors: try embed(texts, model: model.name))
    }

    /// How many tokens a text is for a model.
    package func count(_ text: String, model: String? = nil) throws(InferenceError) -> Int {
        guard case .counted(let count) = try ask(.count(model: model, text: text)).message else {
            throw .malformed("no number of tokens")
        }
        return count
    }

    /// Lets a model write. `onPiece` gets the text as it comes and says whether to go on.
    package func generate(
        _ request: GenerateRequest, onPiece: (String) -> Bool
    ) throws(InferenceError) -> GenerationReport {
        var reply = try ask(.generate(request))
        var cancelled = false
        while true {
            switch reply.message {
            case .piece(let text):
                if !cancelled, !onPiece(text) {
                    cancelled = true
                    try channel.send(InferenceRequest.cancel)
                }
            case .generated(let report): return report
            default: throw .malformed("neither a piece of text nor its end")
            }
            reply = try receive()
        }
    }

    private func expectDone(_ request: InferenceRequest) throws(InferenceError) {
        guard case .done = try ask(request).message else { throw .malformed("no confirmation") }
    }

    private func ask(_ request: InferenceRequest) throws(InferenceError) -> Received<InferenceReply> {
        try channel.send(request)
        return try receive()
    }

    private func receive() throws(InferenceError) -> Received<InferenceReply> {
        guard let reply = try channel.receive(InferenceReply.self) else { throw .lost("it closed the connection") }
        if case .failed(let failure) = reply.message { throw .refused(failure) }
        return reply
    }
}
