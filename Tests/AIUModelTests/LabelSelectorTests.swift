import AIUModel
import Testing

struct LabelSelectorTests {
    @Test("selects VMs that have all of its labels")
    func matches() throws {
        let labels = try Labels().changed(by: ["team": "docs", "tier": "test", "x": ""])
        for (text, expected) in [
            ("team=docs", true), ("team=docs,tier=test", true), ("x=", true), ("team=web", false),
            ("team=docs,owner=me", false),
        ] {
            #expect(try LabelSelector(parsing: text).matches(labels) == expected, "\(text)")
        }
        #expect(try LabelSelector(parsing: "b=2,a=1").description == "a=1,b=2")
    }

    @Test("that selects nothing is refused", arguments: ["", "team", "=docs", "a=1,,b=2", "a=1,a=2", "a b=1"])
    func refuses(text: String) {
        #expect(throws: Failure.self) { try LabelSelector(parsing: text) }
    }
}
