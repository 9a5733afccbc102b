internal import AIUJSON
package import AIUModel

/// Which models of the host a VM gets: those that its configuration names, and the host's defaults for all other roles.
package struct ModelChoice: Equatable, Sendable {
    /// Each model once, with its roles; sorted by name.
    package let models: [(record: ModelRecord, roles: [ModelRole])]
    /// Why a default is not among them. What somebody asked for by name is refused instead.
    package let leftOut: [String]

    package init(
        _ configuration: AIUConfig, known: [ModelRecord], defaults: [ModelRole: ModelName],
        denied: (ModelName) -> String? = { _ in nil }
    ) throws(Failure) {
        let wishes = try configuration.modelWishes()
        let memory = configuration.resources.ram
        var chosen: [ModelName: (record: ModelRecord, roles: [ModelRole])] = [:]
        var leftOut: [String] = []
        for role in ModelRole.allCases {
            guard let name = wishes[role] ?? defaults[role] else { continue }
            if ImageModels.contains(name) {
                // A way to say: not the host's default, but what is there anyway.
                if ImageModels.names[role] == name.text { continue }
                throw Failure(.invalid, "'\(name)', a model of the image, cannot be used for '\(role.rawValue)'")
            }
            guard let record = known.first(where: { $0.name == name }) else {
                throw Self.missing(name, known)
            }
            if let reason = denied(name) {
                guard wishes[role] == nil else { throw Failure(.denied, "'\(name)' cannot be used: \(reason)") }
                leftOut.append("'\(name)' is not used for '\(role.rawValue)': \(reason)")
            } else if let problem = try ModelEstimate(of: name, record.summary, memory: memory).problem {
                guard wishes[role] == nil else { throw Failure(.invalid, problem) }
                leftOut.append(problem)
            } else {
                chosen[name, default: (record, [])].roles.append(role)
            }
        }
        models = chosen.values.sorted { $0.record.name < $1.record.name }
        self.leftOut = leftOut
    }

    /// There is no such model, as everybody is told.
    package static func missing(_ name: ModelName, _ known: [ModelRecord]) -> Failure {
        let close = NearestName.find(name.text, in: known.map(\.name.text))
        return Failure(
            .notFound,
            "there is no model '\(name)'; `aiu model ls` shows those there are"
                + (close.map { " (did you mean '\($0)'?)" } ?? ""))
    }

    package static func == (left: ModelChoice, right: ModelChoice) -> Bool {
        left.leftOut == right.leftOut
            && left.models.elementsEqual(right.models) { $0.record == $1.record && $0.roles == $1.roles }
    }
}
