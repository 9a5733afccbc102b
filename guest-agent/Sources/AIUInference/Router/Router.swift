internal import AIUInferenceLink

/// The model that chooses tools: an encoder and the heads that read its states.
final class Router {
    private let encoder: Encoder
    private let heads: RouterHeads
    private let words: RouterTokens

    init(_ model: LoadedModel) throws(InferenceFailure) {
        let metadata = try ModelMetadata(path: model.file.path)
        heads = try RouterHeads(metadata, name: model.file.name)
        guard heads.shape.hidden == model.stateSize, heads.shape.maxTokens <= model.trainedContext else {
            throw InferenceFailure(.badModel, "the heads of the router \(model.file.name) do not fit its encoder")
        }
        words = try RouterTokens(metadata, model, heads.shape)
        encoder = try Encoder(model, longest: heads.shape.maxTokens, pooled: false)
    }

    func scores(_ request: RouteRequest) throws(InferenceFailure) -> (header: ScoresHeader, floats: [Float]) {
        let sequence = try RouterSequence(request, words, heads.shape)
        let states = try encoder.states(of: sequence.tokens, at: sequence.places)
        let (wordSteps, scores) = heads.scores(states, withoutTools: request.withoutTools)
        let described = heads.heads.map { head in
            let rows = head.kind == .step ? heads.shape.steps : wordSteps * sequence.kept.count
            return ScoresHeader.Head(name: head.name, labels: head.labels, rows: rows)
        }
        let header = ScoresHeader(
            toolsDigest: heads.toolsDigest, kept: sequence.kept, steps: heads.shape.steps, wordSteps: wordSteps,
            tokens: sequence.tokens.count, heads: described)
        return (header, scores.flatMap(\.self))
    }
}
