import AIUAPI
import AIUJSON
import AIUModel
import AIUPolicy
import AIUSystem
import AIUWire
import Glibc
import Testing

struct AccessRouteTests {
    /// One line of the matrix, as the interface's own description has it.
    private struct Line {
        let method: String
        let path: String
        let action: String
        let permission: String
        let hasBody: Bool
        /// Of parameters that must be given.
        let query: String
    }

    private static let guide = "docs/access.md"

    private static var lines: [Line] {
        (OpenAPI.document["paths"]?.membersValue ?? []).flatMap { path in
            (path.value.membersValue ?? []).map { operation in
                Line(
                    method: operation.name.uppercased(), path: path.name,
                    action: operation.value["operationId"]?.stringValue ?? "",
                    permission: operation.value["x-permission"]?.stringValue ?? "",
                    hasBody: operation.value["requestBody"] != nil, query: query(of: operation.value))
            }
        }
    }

    private static func query(of operation: JSON) -> String {
        let needed = (operation["parameters"]?.arrayValue ?? []).filter {
            $0["in"] == "query" && $0["required"] == true
        }
        return needed.isEmpty ? "" : "?" + needed.map { "\($0["name"]?.stringValue ?? "")=/x" }.joined(separator: "&")
    }

    private static var matrix: String {
        let roles = Role.allCases
        let head = "| Operation | Needs | \(roles.map(\.rawValue).joined(separator: " | ")) |\n"
        let rule = "|---|---|\(roles.map { _ in "---|" }.joined())\n"
        let rows = lines.map { line in
            let cells = roles.map { role in
                let may = Permission(rawValue: line.permission).map { role.permissions.contains($0) } ?? true
                return may ? "yes" : "–"
            }
            return "| `\(line.action)` | \(line.permission) | \(cells.joined(separator: " | ")) |\n"
        }
        return head + rule + rows.joined()
    }

    @Test("the guide's table is the one that holds")
    func documented() throws {
        var text = String(decoding: try Files.read(Self.guide), as: UTF8.self)
        if unsafe getenv("AIU_WRITE_OPENAPI") != nil {
            let parts = text.split(separator: "<!-- matrix -->\n", omittingEmptySubsequences: false)
            let whole = "\(parts[0])<!-- matrix -->\n\(Self.matrix)<!-- matrix -->\n\(parts[2])"
            try Files.replace(Self.guide, with: Array(whole.utf8), mode: 0o644)
            text = whole
        }
        #expect(
            text.contains("<!-- matrix -->\n\(Self.matrix)<!-- matrix -->\n"),
            "run `AIU_WRITE_OPENAPI=1 swift test --disable-xctest --filter AccessRouteTests` after changing a route")
    }

    @Test("every role is let through or refused at every route as the table says", arguments: Role.allCases)
    func routes(role: Role) async throws {
        let mine = try #require(UserNames.name(of: geteuid()))
        let access = Access(RoleAssignments([role: [mine]]), administrators: [])
        try await Fixture.with(vms: 1, access: access) { (api: Fixture) async throws in
            for line in Self.lines where line.action != "stopSystem" {
                // What the handler makes of it is of no interest: it comes after the decision.
                let path = line.path.replacing("{name}", with: "nobody").replacing("{reference}", with: "nobody")
                    .replacing("{model}", with: "none").replacing("{profile}", with: "none")
                    .replacing("{tool}", with: "none").replacing("{token}", with: "none").replacing(
                        "{user}", with: "nobody"
                    ).replacing(
                        "{role}", with: "router")
                let answer = try await api.ask(line.method, path + line.query, body: line.hasBody ? "{}" : nil)
                let may = Permission(rawValue: line.permission).map { role.permissions.contains($0) } ?? true
                #expect((answer.status == 403) == !may, "\(role) \(line.method) \(line.path): \(answer.status)")
            }
        }
    }

    @Test("what is asked of a VM's agent is refused by what it is, and the attempt is recorded")
    func operations() async throws {
        let mine = try #require(UserNames.name(of: geteuid()))
        let access = Access(RoleAssignments([.viewer: [mine]]), administrators: [])
        try await Fixture.with(vms: 1, access: access) { (api: Fixture) async throws in
            let answer = try await api.ask("POST", "/v1/vms/vm-0000/exec", body: #"{"command":["true"]}"#)
            #expect(answer.status == 403)
            let last = try #require(api.audit.all.last)
            #expect(last.action == "execute" && last.outcome == "denied" && last.actor?.role == .viewer)
            let who = try await api.ask("GET", "/v1/whoami")
            #expect(String(decoding: who.body, as: UTF8.self).contains(#""role":"viewer""#))
            #expect(try await api.ask("GET", "/v1/audit").status == 403)
            #expect(api.audit.all.last?.action == "searchAudit" && api.audit.all.last?.outcome == "denied")
        }
        // Who has no role could fill the disk with tries: refused, not recorded.
        let nobody = Access(RoleAssignments([:]), administrators: [])
        try await Fixture.with(vms: 1, access: nobody) { (api: Fixture) async throws in
            #expect(try await api.ask("DELETE", "/v1/vms/vm-0000").status == 403)
            #expect(api.audit.all.isEmpty)
        }
    }
}
