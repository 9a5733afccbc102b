internal import AIUJSON
package import AIUWire

/// Which of a VM's models does what for a prompt.
package struct ModelRoles: Equatable, Sendable {
    package enum Planning: Equatable, Sendable {
        /// One look of an encoder; nil is the one that the engine takes for it.
        case router(String?)
        /// A model that writes plans.
        case writer(String)
    }

    package var planning: Planning
    /// Who answers when no tool is needed; nil: nobody.
    package var freeAnswers: String?
    /// Who puts the results of tools into words; nil: the catalogue of phrases.
    package var resultAnswers: String?

    /// `wanted` is the model that a person named, who then wants nothing else.
    package init(wanted: String?, known: [GuestModel]) throws(AssistantError) {
        if let wanted {
            guard let model = known.first(where: { $0.name == wanted }) else { throw Self.missing(wanted, known) }
            switch model.kind {
            case "router": planning = .router(wanted)
            case "embedding":
                throw .refused(.invalid, "the model '\(wanted)' turns texts into vectors; it cannot answer prompts")
            default:
                planning = .writer(wanted)
                (freeAnswers, resultAnswers) = (wanted, wanted)
            }
            return
        }
        let writers = known.filter { $0.kind == "reasoning" }
        func writer(for role: String) -> String? { writers.first { $0.roles.contains(role) }?.name }
        let reasoning = writer(for: "reasoning")
        planning = (reasoning ?? writer(for: "router")).map(Planning.writer) ?? .router(nil)
        freeAnswers = writer(for: "creative") ?? reasoning
        resultAnswers = writer(for: "analysis") ?? reasoning
    }

    private static func missing(_ name: String, _ known: [GuestModel]) -> AssistantError {
        let names = known.map(\.name).sorted()
        let close = NearestName.find(name, in: names).map { "did you mean '\($0)'?" }
        return .refused(
            .notFound,
            "this VM has no model '\(name.prefix(64))'; \(close ?? "it has \(names.joined(separator: ", "))"); "
                + "models of the host come with `aiu model use` and a start")
    }
}
