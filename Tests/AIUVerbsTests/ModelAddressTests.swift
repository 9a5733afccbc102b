import AIUModel
import AIUVerbs
import Testing

@Suite("addresses of models")
struct ModelAddressTests {
    @Test(
        "say what to call the model, and keep their secrets",
        arguments: [
            (
                "https://example.org/a/Small-Q4_0.gguf?token=secret#x", "https://example.org/a/Small-Q4_0.gguf",
                "small-q4_0"
            ),
            ("HTTP://user:word@example.org/m.gguf", "http://example.org/m.gguf", "m"),
            ("file:///srv/m.gguf", "file:///srv/m.gguf", "m"), ("https://example.org", "https://example.org", nil),
            ("https://example.org/", "https://example.org/", nil),
        ] as [(String, String, String?)])
    func good(text: String, shown: String, name: String?) throws {
        let address = try ModelAddress(text)
        #expect(address.shown.lowercased() == shown.lowercased() && address.modelName?.text == name)
        #expect(address.redirections == (address.scheme == "http" ? "=https,http" : "=https"))
    }

    @Test(
        "are https, http or file, and nothing else",
        arguments: [
            "", "m.gguf", "/srv/m.gguf", "ftp://x/y", "https:", "https://", "https:///", "file:x", "-x", "a b://c",
            "https://ä/",
        ])
    func bad(text: String) { #expect(throws: Problem.self) { try ModelAddress(text) } }
}
