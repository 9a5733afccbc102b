internal import AIUInferenceLink
internal import AIUJSON
internal import AIURouter

/// Plans with the router's own model: one look of an encoder at the prompt.
struct RouterPlanner: Planner {
    let places: AssistantPlaces
    let model: String?

    var name: String { model ?? "aiu-router" }

    func plan(
        _ prompt: String, files: [String], registry: ToolRegistry, without: Set<String>
    ) throws(AssistantError) -> PromptPlan {
        let names = files.map { String($0.split(separator: "/").last ?? "") }
        let words = PromptWords(prompt)
        let enabled = registry.enabled.subtracting(without)
        let request = RouteRequest(
            model: model, words: words.routerWords, files: names.map { PromptWords($0).routerWords },
            withoutTools: registry.tools.map(\.name).filter { !enabled.contains($0) })
        let scores: RouterScores
        do throws(InferenceError) {
            scores = try InferenceClient(path: places.inferenceDoor).route(request)
        } catch {
            throw .broken("the prompt could not be understood: \(error)")
        }
        do throws(PlanError) {
            let decoder = PlanDecoder(try registry.planSchema())
            let plan = try decoder.plan(scores, words, files: names, enabled: enabled)
            return PromptPlan(LeadingVerb.restored(plan.withoutRepetition, words), promptTokens: scores.tokens)
        } catch {
            throw .broken("\(error)")
        }
    }
}
