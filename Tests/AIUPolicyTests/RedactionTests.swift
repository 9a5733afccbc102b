import AIUPolicy
import Testing

struct RedactionTests {
    @Test(
        "what looks like a secret is blackened",
        arguments: [
            ("my password is hunter2 ok", "my password is [redacted] ok"),
            ("password: hunter2", "password: [redacted]"),
            ("PASSWORD=hunter2 make", "PASSWORD=[redacted] make"),
            ("DB_PASSWORD=hunter2", "DB_PASSWORD=[redacted]"),
            ("{\"password\":\"hunter2\"}", "{\"password\":[redacted]"),
            ("Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"),
            ("use sk-proj-abcdefghijkl please", "use [redacted] please"),
            ("https://anna:hunter2@example.org/x", "https://anna:[redacted]@example.org/x"),
            ("pay with 4111-1111-1111-1111", "pay with [redacted]"),
            ("key 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "key [redacted]"),
            ("-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----\nafter", "[redacted]\nafter"),
            ("-----BEGIN PRIVATE KEY-----\nnever ends", "[redacted]"),
        ])
    func blackened(text: String, kept: String) { #expect(Redaction.redact(text) == kept) }

    @Test(
        "what does not is left as it is",
        arguments: [
            "what is 6 times 7?", "", "  two  spaces \n\n",
            "explain what a password manager does".replacing("password manager", with: "token ring"),
            "open /srv/data/2024-01-01/a-rather-long-file-name-12345.csv", "the number 4111111111111112",
            "Donaudampfschifffahrtsgesellschaftskapitän", "see https://example.org/a?b=c",
        ])
    func left(text: String) { #expect(Redaction.redact(text) == text) }
}
