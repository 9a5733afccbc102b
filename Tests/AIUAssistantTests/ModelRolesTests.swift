import AIUAssistant
import AIUWire
import Testing

@Suite("Which model does what")
struct ModelRolesTests {
    private func model(_ name: String, _ kind: String, _ roles: [String]) -> GuestModel {
        GuestModel(
            name: name, roles: roles, kind: kind, loaded: false, architecture: "a", parameters: 1, bytes: 1,
            contextLength: 1, engine: "x64")
    }

    private var image: [GuestModel] {
        [model("aiu-embedding", "embedding", ["embedding"]), model("aiu-router", "router", ["router"])]
    }

    @Test("roles that models were given")
    func roles() throws {
        typealias Row = (given: [(String, String, [String])], ModelRoles.Planning, free: String?, results: String?)
        for row in [
            ([], .router(nil), nil, nil),
            ([("big", "reasoning", ["reasoning"])], .writer("big"), "big", "big"),
            ([("big", "reasoning", ["router"])], .writer("big"), nil, nil),
            ([("poet", "reasoning", ["creative"])], .router(nil), "poet", nil),
            ([("clerk", "reasoning", ["analysis"])], .router(nil), nil, "clerk"),
            (
                [("big", "reasoning", ["reasoning"]), ("poet", "reasoning", ["creative", "analysis"])],
                .writer("big"), "poet", "poet"
            ),
            // An encoder writes nothing, whatever it was given for.
            ([("odd", "embedding", ["reasoning"])], .router(nil), nil, nil),
        ] as [Row] {
            let roles = try ModelRoles(wanted: nil, known: image + row.given.map { model($0.0, $0.1, $0.2) })
            #expect(roles.planning == row.1 && roles.freeAnswers == row.free && roles.resultAnswers == row.results)
        }
    }

    @Test("a person's choice")
    func wanted() throws {
        let known = image + [model("big", "reasoning", ["creative"]), model("other", "reasoning", ["reasoning"])]
        let big = try ModelRoles(wanted: "big", known: known)
        #expect(big.planning == .writer("big") && big.freeAnswers == "big" && big.resultAnswers == "big")
        let router = try ModelRoles(wanted: "aiu-router", known: known)
        #expect(router.planning == .router("aiu-router") && router.freeAnswers == nil)
        for (name, words) in [("aiu-embedding", "vectors"), ("bigg", "did you mean 'big'?"), ("zzzzzz", "it has")] {
            let error = #expect(throws: AssistantError.self) { try ModelRoles(wanted: name, known: known) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
    }
}
