import AIUAPI
import AIUJSON
import AIUModel
import AIUPolicy
import AIUSystem
import Glibc
import Testing

struct BudgetRouteTests {
    private static let policy = """
        {"format": 1, "tokens": {"per_session": 700, "budgets": [
            {"name": "day", "tokens": 500, "window": "day", "each": "user", "warn_at": [0.8]},
            {"name": "house", "tokens": 9000, "window": "month"}]},
         "users": {"4711": {"tokens": {"budgets": [{"name": "day", "tokens": 50, "window": "day"}]}}}}
        """

    private static func applied(_ api: Fixture) async throws {
        let body = try JSONText.encodeString(ApplyPolicy(document: policy))
        #expect(try await api.ask("POST", "/v1/policy", body: body).status == 200)
    }

    private static func access(_ role: Role) throws -> Access {
        Access(RoleAssignments([role: [try #require(UserNames.name(of: geteuid()))]]), administrators: [])
    }

    @Test("every budget that concerns somebody is shown, with what is left and when it starts afresh")
    func show() async throws {
        try await Fixture.with(vms: 1, ledger: FakeLedger()) { (api: Fixture) async throws in
            #expect(try await api.ask("GET", "/v1/tokens").text == "[]")
            try await Self.applied(api)
            let accounts = try JSONText.decode(
                [TokenAccount].self, from: try await api.ask("GET", "/v1/tokens").body)
            #expect(accounts.map(\.budget) == ["day", "house"] && accounts.map(\.left) == [500, 9000])
            #expect(accounts[0].windowEnds == FakeLedger.now + 43_200_000 && accounts[0].warnAt == [0.8])
            // A session in a VM has a budget too.
            let session = try await api.ask("GET", "/v1/tokens?vm=vm-0000")
            #expect(session.json?[2]?["budget"] == "session" && session.json?[2]?["tokens"] == 700, "\(session.text)")
            #expect(try await api.ask("GET", "/v1/tokens?vm=none").status == 404)
            let forecast = try await api.ask("GET", "/v1/tokens/forecast")
            #expect(forecast.json?[0]?["sentence"]?.stringValue?.contains("nothing was used") == true)
        }
    }

    @Test("tokens are granted by an administrator, once, and the audit says how many to whom")
    func grant() async throws {
        try await Fixture.with(vms: 1, ledger: FakeLedger()) { (api: Fixture) async throws in
            try await Self.applied(api)
            let answer = try await api.ask("POST", "/v1/tokens/grants", body: #"{"budget":"day","tokens":40}"#)
            #expect(answer.json?["left"] == 540 && answer.json?["granted"] == 40, "\(answer.text)")
            #expect(api.audit.all.contains { $0.action == "grantTokens" && $0.detail?["tokens"] == 40 })
            for (body, status, words) in [
                (#"{"budget":"dya","tokens":40}"#, 404, "did you mean 'day'"),
                (#"{"budget":"day","tokens":0}"#, 400, "tokens"), (#"{"budget":"day"}"#, 400, "tokens"),
                // The host and the user have one of that name.
                (#"{"budget":"day","tokens":1,"user":"4711"}"#, 409, "host/day, user:4711/day"),
                (#"{"budget":"user:4711/day","tokens":1,"user":"4711"}"#, 200, ""),
            ] {
                let answer = try await api.ask("POST", "/v1/tokens/grants", body: body)
                #expect(answer.status == status && answer.message.contains(words), "\(body): \(answer.text)")
            }
        }
    }

    @Test("what others use is for administrators and auditors")
    func others() async throws {
        for (role, sees) in [(Role.viewer, false), (.operator, false), (.auditor, true), (.admin, true)] {
            try await Fixture.with(access: try Self.access(role), ledger: FakeLedger()) { (api: Fixture) async throws in
                for path in ["/v1/tokens?user=4711", "/v1/tokens/forecast?user=4711", "/v1/tokens/history?user=4711"] {
                    #expect(try await api.ask("GET", path).status == (sees ? 200 : 403), "\(role) \(path)")
                }
                let own = "/v1/tokens?user=\(geteuid())"
                #expect(try await api.ask("GET", own).status == 200)
                #expect(try await api.ask("GET", "/v1/tokens/history").status == 200)
                let all = try await api.ask("GET", "/v1/tokens/history?user=all")
                #expect(all.status == (sees ? 200 : 403))
                let grant = try await api.ask("POST", "/v1/tokens/grants", body: #"{"budget":"day","tokens":4}"#)
                #expect((grant.status == 403) == (role != .admin))
            }
        }
    }

    @Test("the history tells what each request used")
    func history() async throws {
        let ledger = FakeLedger()
        let request = TokenRequest(
            id: .random(), subject: TokenSubject(user: geteuid(), vm: VMName("notes")), policy: 1, budgets: [],
            promptTokens: 5, responseMax: 20)
        _ = try await ledger.reserve(request)
        try await ledger.settle(request.id, delivered: 7, .cut)
        try await Fixture.with(ledger: ledger) { (api: Fixture) async throws in
            let answer = try await api.ask("GET", "/v1/tokens/history?limit=5")
            #expect(answer.json?[0]?["delivered"] == 12 && answer.json?[0]?["refunded"] == 13, "\(answer.text)")
            #expect(answer.json?[0]?["end"] == "cut")
            let export = try await api.ask("GET", "/v1/users/\(geteuid())/export")
            #expect(export.json?["tokenLedger"]?[0]?["id"]?.stringValue == request.id.text, "\(export.text)")
            #expect(try await api.ask("GET", "/v1/tokens/history?limit=0").status == 400)
            #expect(try await api.ask("GET", "/v1/tokens/history?id=a%20b").status == 400)
        }
    }
}
