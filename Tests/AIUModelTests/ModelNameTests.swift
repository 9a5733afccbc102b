import AIUModel
import Testing

@Suite struct ModelNameTests {
    @Test("names are what they say", arguments: ["a", "7b", "llama-3.2-1b_q4", String(repeating: "x", count: 63)])
    func good(text: String) { #expect(ModelName(text)?.text == text) }

    @Test(
        "everything else is none",
        arguments: ["", "-a", "a-", ".a", "a.", "_", "A", "a b", "a/b", "ä", String(repeating: "x", count: 64)])
    func bad(text: String) { #expect(ModelName(text) == nil) }

    private static let files: [(String, String?)] = [
        ("/models/Llama-3.2-1B-Q4_0.GGUF", "llama-3.2-1b-q4_0"), ("small.gguf", "small"), ("small", "small"),
        ("dir/größe 7.gguf", "gr----e-7"), (".gguf", nil), ("/", nil), ("", nil),
        ("__x__.gguf", "x"), (String(repeating: "y", count: 99), String(repeating: "y", count: 63)),
    ]

    @Test("a file's name makes one", arguments: files)
    func fromFile(_ row: (String, String?)) { #expect(ModelName(forFile: row.0)?.text == row.1) }

    @Test("a configuration may name models")
    func inConfiguration() throws {
        let text = #"{"custom_parameters": {"models": {"router": "a", "creative": "b.1", "x": "Bad Name", "y": 3}}}"#
        #expect(try AIUConfig.parse(Array(text.utf8)).modelNames.map(\.text).sorted() == ["a", "b.1"])
        #expect(try AIUConfig.parse(Array(#"{"custom_parameters": {"models": [1]}}"#.utf8)).modelNames.isEmpty)
        #expect(AIUConfig.default.modelNames.isEmpty)
    }
}
