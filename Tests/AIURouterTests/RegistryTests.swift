import AIUJSON
import AIURouter
import Testing

@Suite("Tools and the configuration")
struct RegistryTests {
    private static let tools = """
        {"version": 1, "tools": [
          {"name": "calculator", "area": "mathematics", "flavour": "micro", "sensitive": false, "description": "d",
           "arguments": {"type": "object", "properties": {"expression": {"type": "string"}}}},
          {"name": "file_browser", "area": "utilities", "flavour": "micro", "sensitive": false, "description": "d",
           "sensitive_operations": ["delete"], "arguments": {"type": "object", "properties": {}}},
          {"name": "pdf", "area": "files", "flavour": "full", "sensitive": true, "description": "d",
           "arguments": {"type": "object", "properties": {}}}]}
        """

    private func registry(_ enabled: [String]?) throws -> ToolRegistry {
        try ToolRegistry(file: Array(Self.tools.utf8), enabled: enabled, flavour: "micro")
    }

    @Test(
        "a tool that cannot be used is refused with the way out",
        arguments: [
            ("calculatr", "did you mean 'calculator'"), ("zzz", "`aiu tool ls`"), ("pdf", "the flavour 'full' has it"),
            ("calculator", "not enabled"),
        ])
    func refusals(name: String, words: String) throws {
        let registry = try registry(["pdf", "file_browser"])
        let refusal = #expect(throws: ToolRefusal.self) { try registry.usable(name) }
        #expect("\(refusal!)".contains(words))
    }

    @Test("without a list everything is enabled, with an empty one nothing")
    func lists() throws {
        #expect(try registry(nil).usable("calculator").argumentNames == ["expression"])
        #expect(throws: ToolRefusal.disabled("calculator")) { try registry([]).usable("calculator") }
    }

    @Test("some operations ask although their tool does not")
    func sensitive() throws {
        let tool = try registry(nil).usable("file_browser")
        #expect(tool.isSensitive(["operation": "delete"]))
        #expect(!tool.isSensitive(["operation": "list"]))
    }
}

@Suite("What the configuration lets the assistant do")
struct PolicyTests {
    @Test("is read, with the padding of its file")
    func reading() throws {
        let text = """
            {"tools": ["csv"], "network_policy": "open", "language_preferences": ["de-AT", "x"],
             "token_limits": {"max_per_query": 7, "response_max": 9}}
            """ + String(repeating: " ", count: 1000)
        let policy = try GuestPolicy(document: Array(text.utf8))
        #expect(policy.tools == ["csv"])
        #expect(policy.languages == ["de"])
        #expect(policy.mostPromptTokens == 7 && policy.mostAnswerTokens == 9)
        #expect(!policy.forbidsNetwork(of: "api_tester"))
    }

    @Test("has defaults")
    func empty() throws {
        let policy = try GuestPolicy(document: Array("{}".utf8))
        #expect(policy == GuestPolicy())
        #expect(policy.forbidsNetwork(of: "api_tester"))
        #expect(!policy.forbidsNetwork(of: "csv"))
    }

    @Test("must be an object of the right types", arguments: ["[", "[]", #"{"tools": 3}"#])
    func wrong(text: String) { #expect(throws: PolicyError.self) { try GuestPolicy(document: Array(text.utf8)) } }
}
