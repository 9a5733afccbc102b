import AIUJSON
import Testing

@Suite("nearest names")
struct NearestNameTests {
    static let names = ["launch", "list", "logs", "stop", "start", "status", "network_policy", "exec"]
    static let typed: [(String, String?)] = [
        ("lanuch", "launch"), ("lst", "list"), ("LIST", "list"), ("strat", "start"), ("stp", "stop"), ("exce", "exec"),
        ("network-policy", "network_policy"), ("net", "network_policy"), ("statsu", "status"), ("", nil), ("x", nil),
        ("frobnicate", nil), (String(repeating: "l", count: 100_000), nil),
    ]

    @Test("misspelled names find what was meant", arguments: typed)
    func finds(word: String, name: String?) {
        #expect(NearestName.find(word, in: Self.names) == name)
    }
}
