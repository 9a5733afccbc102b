internal import AIUInferenceLink
internal import AIURouter
internal import AIUWire

/// The models of this VM, through the process that runs them.
struct InferenceEngine {
    private static let router = "aiu-router"

    let places: AssistantPlaces

    /// The router's own model, unless the person or the configuration names one that writes text.
    func planner(
        _ wanted: String?, _ conversation: String?, _ policy: GuestPolicy
    ) throws(AssistantError) -> any Planner {
        let name = wanted ?? policy.models["reasoning"] ?? policy.models["router"]
        guard let name, name != Self.router else { return RouterPlanner(places: places, model: nil) }
        let known = try models().map(\.name)
        guard known.contains(name) else {
            throw .refused(
                .notFound,
                "this VM has no model '\(name.prefix(64))'; it has \(known.sorted().joined(separator: ", "))")
        }
        return GenerativePlanner(places: places, name: name, conversation: conversation)
    }

    func models() throws(AssistantError) -> [GuestModel] {
        do throws(InferenceError) {
            return try InferenceClient(path: places.inferenceDoor).models()
        } catch {
            throw .broken("\(error)")
        }
    }
}
