import AIUJSON
import AIUModel
import AIUSystem
import Testing

@Suite("the policy document")
struct PolicyDocumentTests {
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        .joined(separator: "/")

    @Test("what is right is read", arguments: PolicyDocuments.good)
    func good(text: String) throws { _ = try PolicyDocument(parsing: Array(text.utf8)) }

    @Test("what is wrong is refused with its place", arguments: PolicyDocuments.bad + PolicyDocuments.beyondSchema)
    func bad(text: String, words: String) throws {
        let problem = try #require(throws: PolicyProblem.self) { try PolicyDocument(parsing: Array(text.utf8)) }
        #expect("\(problem)".contains(words), "\(problem)")
        #expect("\(problem)".hasPrefix("line "), "\(problem)")
    }

    @Test("every scope is read")
    func scopes() throws {
        let text = """
            {"tools": {"deny": ["shell"]},
             "projects": {"lab": {"members": ["anna", "@staff"], "resources": {"vms": 3}}},
             "users": {"1000": {"confirmations": ["csv"]}}, "vms": {"box": {"audit": {"prompts": "full"}}}}
            """
        let document = try PolicyDocument(parsing: Array(text.utf8))
        #expect(document.host.tools?.allows(.shell) == false)
        #expect(document.host.tools?.allows(.csv) == true)
        #expect(document.projects["lab"]?.sections.resources?.vms == 3)
        #expect(document.users["1000"]?.confirmations == [.csv])
        #expect(document.vms.values.first?.audit?.prompts == .full)
        #expect(document.projects(of: PolicySubject(user: 5, name: "bert", groups: ["staff"])) == ["lab"])
        #expect(document.projects(of: PolicySubject(user: 5, name: "@staff", groups: [])) == [])
        #expect(document.position(of: [.member("resources")], .project("lab"))?.line == 2)
    }

    @Test("an edit leaves the rest as it stands")
    func edits() throws {
        let text = #"{"//": "why", "users": {"anna": {"tools": {"deny": ["shell"]}}}}"#
        let path = PolicyScope.user("anna").path.appending("tokens").appending("per_query")
        let edited = try PolicyEdit.set(100, at: path, in: text)
        let document = try PolicyDocument(parsing: Array(edited.utf8))
        #expect(edited.contains("why"))
        #expect(document.users["anna"]?.tokens?.perQuery == 100)
        #expect(document.users["anna"]?.tools?.deny == [.shell])
        let removed = try PolicyEdit.set(nil, at: path, in: edited)
        #expect(try PolicyDocument(parsing: Array(removed.utf8)).users["anna"]?.tokens?.perQuery == nil)
    }

    @Test("the presets are right, in files and in code", arguments: PolicyPreset.allCases)
    func presets(preset: PolicyPreset) throws {
        let bytes = try Files.read("\(Self.root)/config/policies/\(preset.rawValue).json")
        #expect(try PolicyDocument(parsing: bytes) != .empty)
        #expect(preset.text == String(decoding: bytes, as: UTF8.self))
    }

    @Test("the documentation's examples are right")
    func examples() throws {
        let text = String(decoding: try Files.read("\(Self.root)/docs/policy.md"), as: UTF8.self)
        let blocks = text.split(separator: "```json\n").dropFirst().compactMap { $0.split(separator: "```").first }
        #expect(!blocks.isEmpty)
        for block in blocks { _ = try PolicyDocument(parsing: Array(block.utf8)) }
    }
}
