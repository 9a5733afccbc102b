internal import AIUJSON

extension AIUConfig {
    /// The models that a VM wants instead of the defaults: `custom_parameters.models`, an object of role and name. What
    /// is not of that form belongs to the guest and says nothing here.
    package var modelNames: Set<ModelName> {
        let members = customParameters.first { $0.name == "models" }?.value.membersValue ?? []
        return Set(members.compactMap { $0.value.stringValue.flatMap { ModelName($0) } })
    }
}
