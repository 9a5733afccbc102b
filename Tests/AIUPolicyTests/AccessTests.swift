import AIUModel
import AIUPolicy
import Testing

struct AccessTests {
    private static let assignments = RoleAssignments([
        .viewer: ["@staff", "anna"], .operator: ["anna", "1002"], .auditor: ["@audit"], .admin: ["@wheel"],
    ])

    @Test(
        "a person has the role that they, or one of their groups, are given",
        arguments: [
            (1000, "anna", ["anna"], Role.operator),  // named twice: the one that may do more
            (1001, "bert", ["bert", "staff"], .viewer),  // by a group
            (1002, "carl", [], .operator),  // by number
            (1003, "dora", ["staff", "audit"], .auditor),
            (1004, "emil", ["wheel", "audit"], .admin),
            (1005, "staff", ["users"], nil),  // a user with a group's name
            (1006, "1002", [], nil),  // a name that is another one's number
            (1007, "@wheel", [], nil),  // a name that looks like a group
            (0, "root", [], .admin),  // never locked out
        ] as [(UInt32, String, [String], Role?)])
    func roles(user: UInt32, name: String, groups: [String], role: Role?) {
        let access = Access(Self.assignments, administrators: [0])
        let found = access.role(of: .init(user: user, name: name, groups: groups))
        #expect(found == role)
    }

    @Test("without roles everybody is an administrator; with them a stranger is nobody")
    func strangers() {
        #expect(Access(nil, administrators: []).role(of: nil) == .admin)
        #expect(Access(Self.assignments, administrators: [0]).role(of: nil) == nil)
        #expect(
            Access(RoleAssignments([:]), administrators: [0]).role(of: .init(user: 5, name: nil, groups: [])) == nil)
    }

    @Test("each role may what it is for", arguments: Role.allCases, Permission.allCases)
    func matrix(role: Role, permission: Permission) {
        let may: [Role: Set<Permission>] = [
            .viewer: [.see], .operator: [.see, .read, .operate], .auditor: [.see, .read, .audit],
            .admin: [.see, .read, .operate, .administer, .audit],
        ]
        let access = Access(RoleAssignments([role: ["anna"]]), administrators: [])
        let person = Access.Person(user: 7, name: "anna", groups: [])
        let anna = Caller(person, role: access.role(of: person))
        if may[role]?.contains(permission) == true {
            #expect(throws: Never.self) { try anna.check(permission, for: "it") }
        } else {
            let refusal = #expect(throws: Failure.self) { try anna.check(permission, for: "it") }
            #expect(
                refusal?.reason == .denied && refusal?.message.contains("anna has the role \(role.rawValue)") == true)
        }
        #expect(throws: Never.self) { try Caller().check(nil, for: "it") }
    }
}
