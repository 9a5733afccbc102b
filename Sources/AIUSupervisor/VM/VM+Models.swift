internal import AIUModel
internal import AIUWire

extension VM {
    private static let mostLooks = 2

    /// Which models it is to have, by what its configuration and the host say now.
    func modelChoice() throws(Failure) -> ModelChoice {
        try effects.modelChoice(for: try ConfigurationChange.former(of: record), under: policy)
    }

    /// Whether it runs with other models than a start would give it now.
    var modelsWait: Bool {
        // A choice that cannot be made shows at the next start, with its reason.
        guard record.phase.isActive, let choice = try? modelChoice() else { return false }
        return Set(choice.models.map(\.record.name)) != Set(record.models)
    }

    /// The disks that a start gives it. Looks at their files; reading those that are younger than they were takes minutes, in
    /// which somebody may choose others.
    func modelDisks() async throws(Failure) -> [ModelDisk] {
        for _ in 0..<Self.mostLooks {
            let choice = try modelChoice()
            let disks = try await disks(for: choice)
            guard try modelChoice() == choice else { continue }
            for problem in choice.leftOut { host.log("\(record.name) starts without a model: \(problem)") }
            return disks
        }
        throw Failure(.busy, "its models are being changed; try again in a moment")
    }

    private func disks(for choice: ModelChoice) async throws(Failure) -> [ModelDisk] {
        var disks: [ModelDisk] = []
        for (model, roles) in choice.models {
            do throws(Failure) {
                disks.append(
                    ModelDisk(
                        path: try await effects.modelPath(model),
                        model: AttachedModel(
                            name: model.name.text, digest: model.digest.hex, bytes: Int64(clamping: model.size.bytes),
                            roles: roles.map(\.rawValue))))
            } catch {
                throw Failure(error.reason, "its model '\(model.name)': \(error.message)")
            }
        }
        return disks
    }
}
