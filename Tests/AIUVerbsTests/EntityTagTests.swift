import AIUVerbs
import Testing

@Suite("names of bytes on a server")
struct EntityTagTests {
    @Test(
        "are taken as curl wrote them, the last of several",
        arguments: [
            ("\"5f3c-1\"\n", "\"5f3c-1\""), ("\"\"", "\"\""), ("\"first\"\n\"second\"\n", "\"second\""),
            ("W/\"first\"\n\"second\"\n", "\"second\""),
        ])
    func good(saved: String, text: String) { #expect(EntityTag(saved: Array(saved.utf8))?.text == text) }

    @Test(
        "are not taken when they are weak, or have no place in a header",
        arguments: [
            "", "\n", "\"", "5f3c", "W/\"5f3c\"\n", "\"a\"\nW/\"b\"\n", "\"a\"b\"\n", "\"a b\"\n", "\"a\r\"\n",
            "\"a\"\r\n",
            "\"a\u{7F}\"", "\"ä\"", "\"a\u{0}\"", "\"\(String(repeating: "a", count: 511))\"",
        ])
    func bad(saved: String) { #expect(EntityTag(saved: Array(saved.utf8)) == nil) }
}
