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
                GenerativePlanner(places: places, name: name, otherwise: router, conversation: conversation)
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

    /// Lets go of what was read of conversations and of prompts to plan.
    func forget(_ conversations: [String]) {
        // An engine that does not answer keeps nothing, or is about to end with all that it keeps.
        guard let client = try? InferenceClient(path: places.inferenceDoor) else { return }
        for conversation in conversations + [GenerativePlanner.kept] {
            guard (try? client.forget(conversation: conversation)) != nil else { return }
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
