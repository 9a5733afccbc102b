import AIUJSON
import AIUModel
import Testing

@Suite("aiu_config.json")
struct AIUConfigTests {
    private func refusal(_ text: String, over base: AIUConfig = .default) -> ConfigError? {
        #expect(throws: ConfigError.self) { try AIUConfig.parse(Array(text.utf8), over: base) }
    }

    @Test("every good document survives its canonical text", arguments: ConfigDocuments.good)
    func roundTrip(text: String) throws {
        let config = try AIUConfig.parse(Array(text.utf8))
        #expect(try AIUConfig.parse(config.canonicalBytes) == config)
        #expect(try JSONText.decode(AIUConfig.self, from: JSONText.encode(config)) == config)
        #expect(config.canonicalBytes.count <= ConfigBounds.documentBytes)
    }

    static let refusals: [(String, String)] = [
        (
            "{\n  \"resources\": {\n    \"cpu_cores\": \"2\"\n  }\n}",
            "line 3, column 18: `resources.cpu_cores` must be a whole number from 1 to 64, not the string \"2\""
        ),
        (#"{"resorces": {}}"#, "`resorces` is not a field of aiu_config.json; did you mean `resources`?"),
        (#"{"ram": "2GB"}"#, "did you mean `resources.ram`?"),
        (#"{"resources": {"cpu-cores": 1}}"#, "is not a field of `resources`; did you mean `resources.cpu_cores`?"),
        (#"{"network_policy": "alowlist"}"#, "not the string \"alowlist\"; did you mean `allowlist`?"),
        (#"{"tools": ["csv", "calcualtor"]}"#, "`tools[1]` must be one of the 31 known names"),
        (#"{"tools": ["csv", "calcualtor"]}"#, "did you mean `calculator`?"),
        (
            #"{"token_limits": {"per_tool": {"pfd": 1}}}"#,
            "`token_limits.per_tool.pfd` is not the name of a tool; did you mean `pdf`?"
        ),
        (
            #"{"token_limits": {"response_max": 9000}}"#,
            "`token_limits.response_max` is 9000, more than `token_limits.max_per_query` (4096)"
        ),
        (#"{"internet": false, "network_policy": "open"}"#, "set `internet` to true"),
        (#"{"resources": {"ram": "1MB"}}"#, "a size from \"64MB\" to \"1TB\", such as \"2GB\", not the string \"1MB\""),
        (#"{"resources": {"storage": "64MB"}}"#, "a size from \"256MB\" to \"16383GB\", such as \"2GB\""),
        ("{\"internet\": true,\n}", "line 2, column 1: expected a name in double quotes, found `}`"),
        ("{\"internet\": true, \"internet\": false}", "\"internet\" occurs twice"),
        ("", "line 1, column 1: expected a value"),
    ]

    @Test("a refusal names line, field, what was found and what is expected", arguments: refusals)
    func refuses(text: String, words: String) {
        let message = refusal(text)?.description ?? ""
        #expect(message.contains(words), "\(message)")
    }

    @Test("all problems are found at once, in order, bounded")
    func allProblems() {
        let error = refusal(
            """
            {
              "token_limits": {"response_max": 10, "max_per_query": 5},
              "internet": "yes",
              "tools": ["nope", 3],
              "colour": 1
            }
            """)
        #expect(error?.problems.map(\.line) == [2, 3, 4, 4, 5])
        #expect(
            error?.problems.map(\.field) == ["token_limits.response_max", "internet", "tools[0]", "tools[1]", "colour"])
        let many = refusal("{" + (0..<50).map { "\"x\($0)\": 1" }.joined(separator: ",") + "}")
        #expect(many?.problems.count == 20)
        #expect(many?.omitted == 30)
    }

    @Test("a password in a proxy's address is not repeated")
    func proxyPassword() {
        let error = refusal(#"{"network_options": {"proxy_settings": {"url": "http://joe:s3cret@p:1"}}}"#)
        #expect(error?.description.contains("s3cret") == false)
        #expect(error?.problems.first?.field == "network_options.proxy_settings.url")
    }

    @Test("fields that are left out keep what the base holds")
    func overlay() throws {
        let base = try AIUConfig.parse(
            Array(#"{"resources": {"ram": "1GB"}, "location": "here", "custom_parameters": {"a": 1}}"#.utf8))
        let config = try AIUConfig.parse(Array(#"{"resources": {"cpu_cores": 3}}"#.utf8), over: base)
        #expect(config.resources.ram == .gibibytes(1))
        #expect(config.resources.cpuCores == 3)
        #expect(config.location == "here")
        #expect(config.customParameters == base.customParameters)
    }

    @Test("a configuration changed in memory is checked by the same rules")
    func validated() throws {
        var config = AIUConfig.default
        #expect(try config.validated() == config)
        config.resources.cpuCores = 0
        let error = #expect(throws: ConfigError.self) { try config.validated() }
        #expect(error?.problems.first?.line == nil)
        #expect(error?.problems.first?.field == "resources.cpu_cores")
    }

    @Test("the canonical text is pretty, complete and ends with a line feed")
    func canonical() {
        let text = String(decoding: AIUConfig.default.canonicalBytes, as: UTF8.self)
        #expect(text.hasPrefix("{\n  \"internet\": false,\n  \"network_policy\": \"isolated\",\n"))
        #expect(text.hasSuffix("  \"custom_parameters\": {}\n}\n"))
    }

    @Test("refusals survive as JSON")
    func codable() throws {
        let error = try #require(refusal(#"{"tools": ["calcualtor"]}"#))
        #expect(try JSONText.decode(ConfigError.self, from: JSONText.encode(error)) == error)
    }

    @Test("patterns cover what they say")
    func patterns() throws {
        let wide = try #require(DomainPattern(parsing: "*.Example.ORG"))
        #expect(wide.description == "*.example.org")
        #expect(wide.covers(try #require(DomainPattern(parsing: "a.b.example.org"))))
        #expect(wide.covers(wide))
        #expect(!wide.covers(try #require(DomainPattern(parsing: "example.org"))))
        #expect(!wide.covers(try #require(DomainPattern(parsing: "badexample.org"))))
    }
}
