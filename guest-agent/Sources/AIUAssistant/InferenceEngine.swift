internal import AIURouter
internal import AIUWire

/// The models of this VM, through the process that runs them.
struct InferenceEngine {
    let places: AssistantPlaces

    func planner(_ model: String?, _ policy: GuestPolicy) throws(AssistantError) -> any Planner {
        throw .broken("no engine")
    }

    func models() throws(AssistantError) -> [GuestModel] { [] }
}
