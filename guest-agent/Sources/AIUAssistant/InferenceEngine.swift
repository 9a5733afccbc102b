internal import AIUInferenceLink
internal import AIURouter
internal import AIUWire

/// The models of this VM, through the process that runs them.
struct InferenceEngine {
    let places: AssistantPlaces

    /// The router's own model, unless the person names another, or the host attached models.
    func planner(
        _ wanted: String?, _ conversation: String?, _ policy: GuestPolicy
    ) throws(AssistantError) -> any Planner {
        let router = RouterPlanner(places: places, model: nil)
        // Most VMs have nothing to choose from, and need not ask.
        guard wanted != nil || !AttachedModels.read(places.attachedModels).isEmpty else { return router }
        let roles = try ModelRoles(wanted: wanted, known: try models())
        let planner: any Planner =
            switch roles.planning {
            case .router(let name): RouterPlanner(places: places, model: name)
            case .writer(let name): GenerativePlanner(places: places, name: name, otherwise: router)
            }
        guard roles.freeAnswers != nil || roles.resultAnswers != nil else { return planner }
        return ChosenModels(
            planner: planner,
            answers: GenerativeAnswers(
                places: places, free: roles.freeAnswers, results: roles.resultAnswers, conversation: conversation))
    }

    func models() throws(AssistantError) -> [GuestModel] {
        do throws(InferenceError) {
            return try InferenceClient(path: places.inferenceDoor).models()
        } catch {
            throw .broken("\(error)")
        }
    }
}
