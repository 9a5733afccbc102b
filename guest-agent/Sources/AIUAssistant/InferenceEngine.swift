internal import AIUConversations
internal import AIUInferenceLink
internal import AIURouter
internal import AIUWire

/// The models of this VM, through the process that runs them.
struct InferenceEngine {
    let places: AssistantPlaces

    /// The router's own model, unless the person names another, or the host attached models.
    func planner(
        _ wanted: String?, _ conversation: Conversation?, _ policy: GuestPolicy
    ) throws(AssistantError) -> any Planner {
        let router = RouterPlanner(places: places, model: nil)
        // Most VMs have nothing to choose from, and need not ask.
        guard wanted != nil || !AttachedModels.read(places.attachedModels).isEmpty else { return router }
        let known = try models()
        let roles = try ModelRoles(wanted: wanted, known: known)
        let planner: any Planner =
            switch roles.planning {
            case .router(let name): RouterPlanner(places: places, model: name)
            case .writer(let name):
                GenerativePlanner(places: places, name: name, otherwise: router, earlier: conversation?.turns ?? [])
            }
        guard roles.freeAnswers != nil || roles.resultAnswers != nil else { return planner }
        return ChosenModels(
            planner: planner,
            answers: GenerativeAnswers(
                inferenceDoor: places.inferenceDoor, free: roles.freeAnswers, results: roles.resultAnswers,
                conversation: conversation?.id, known: known))
    }

    func meanings(of texts: [String]) throws(AssistantError) -> Meanings {
        do throws(InferenceError) {
            return try InferenceClient(path: places.inferenceDoor).meanings(of: texts)
        } catch {
            throw .broken("\(error)")
        }
    }

    func models() throws(AssistantError) -> [GuestModel] {
        do throws(InferenceError) {
            return try InferenceClient(path: places.inferenceDoor).models()
        } catch {
            throw .broken("\(error)")
        }
    }
}
