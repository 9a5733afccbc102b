internal import AIUJSON

extension AIUConfig {
    /// The models that a VM wants instead of the defaults, `custom_parameters.models` as it was written.
    private var modelMembers: [JSON.Member] {
        customParameters.first { $0.name == "models" }?.value.membersValue ?? []
    }

    /// All that are named, also for roles that there are not.
    package var modelNames: Set<ModelName> {
        Set(modelMembers.compactMap { $0.value.stringValue.flatMap { ModelName($0) } })
    }

    /// The names by role; refuses what could not mean a model.
    package func modelWishes() throws(Failure) -> [ModelRole: ModelName] {
        let field = "`custom_parameters.models`"
        if let value = customParameters.first(where: { $0.name == "models" })?.value, value.membersValue == nil {
            throw Failure(.invalid, "\(field) must be an object of roles and models' names")
        }
        var wishes: [ModelRole: ModelName] = [:]
        for member in modelMembers {
            guard let role = ModelRole(rawValue: member.name) else {
                let all = ModelRole.allCases.map(\.rawValue)
                let way = NearestName.find(member.name, in: all).map { "did you mean '\($0)'?" }
                throw Failure(
                    .invalid,
                    "\(field): there is no role '\(member.name.prefix(64))'; "
                        + (way ?? "there are \(all.joined(separator: ", "))"))
            }
            guard let name = member.value.stringValue.flatMap({ ModelName($0) }) else {
                throw Failure(.invalid, "\(field): the model for '\(role.rawValue)' must be a name: \(ModelName.rule)")
            }
            wishes[role] = name
        }
        return wishes
    }
}
