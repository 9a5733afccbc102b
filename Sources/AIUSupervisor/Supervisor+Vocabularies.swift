package import AIUModel

extension Supervisor: VocabularyControl {
    /// Who writes answers, the likeliest first.
    private static let writers: [ModelRole] = [.reasoning, .creative, .analysis, .router]

    package func vocabulary(of model: ModelName) async throws(Failure) -> VocabularyFile {
        guard !ImageModels.contains(model) else { return try ofImage(model.text) }
        return try await file(of: try findModel(model))
    }

    package func vocabulary(for name: VMName, model wanted: String?) async throws(Failure) -> VocabularyFile {
        let record = await (try find(name)).view.record
        let given = try effects.models().filter { record.models.contains($0.name) }
        if let model = given.first(where: { $0.name.text == wanted }) { return try await file(of: model) }
        let choice = try effects.modelChoice(
            for: try ConfigurationChange.former(of: record),
            under: policies.effective(PolicySubject(vm: record.name))
        ).models
        for role in Self.writers {
            // Chosen since its start, a model is not there yet.
            guard let model = choice.first(where: { $0.roles.contains(role) })?.record, given.contains(model) else {
                continue
            }
            return try await file(of: model)
        }
        return try ofImage(ImageModels.names[.router] ?? "")
    }

    private func file(of model: ModelRecord) async throws(Failure) -> VocabularyFile {
        VocabularyFile(
            name: model.name.text, digest: model.digest.hex, path: try await effects.modelPath(model),
            contextLength: model.summary.contextLength)
    }

    private func ofImage(_ name: String) throws(Failure) -> VocabularyFile {
        guard let folder = settings.imageModels else {
            throw Failure(.unavailable, "the vocabulary of '\(name)' is missing; `make build` puts it beside aiud")
        }
        return VocabularyFile(name: name, digest: "image/\(name)", path: "\(folder)/\(name).gguf")
    }
}
