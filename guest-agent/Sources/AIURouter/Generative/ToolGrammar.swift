internal import AIUJSON

/// The grammar (GBNF) of plans that a language model may write: calls of enabled tools with arguments of their schemas.
package struct ToolGrammar: Equatable, Sendable {
    package static let mostCalls = 4
    /// Characters of one text argument.
    private static let longestText = 2000

    package let text: String

    /// Only tools that are enabled and in `names` can be written.
    package init(_ registry: ToolRegistry, without: Set<String> = []) {
        let tools = registry.tools.filter { registry.isEnabled($0) && !without.contains($0.name) }
        guard !tools.isEmpty else {
            text = #"root ::= "[]""# + "\n"
            return
        }
        var rules = [
            #"root ::= "[]" | "[" call ("," call){0,\#(Self.mostCalls - 1)} "]""#,
            "call ::= " + tools.indices.map { "tool-\($0)" }.joined(separator: " | "),
            #"text ::= "\"" sign{1,\#(Self.longestText)} "\"""#,
            ##"sign ::= [^"\\\x00-\x1F] | "\\" (["\\/bfnrt] | "u" hex hex hex hex)"##,
            "hex ::= [0-9a-fA-F]",
            #"number ::= "-"? ([1-9] [0-9]{0,8} | "0")"#,
        ]
        for (number, tool) in tools.enumerated() { rules += Self.rules(for: tool, number) }
        text = rules.joined(separator: "\n") + "\n"
    }

    /// Arguments come in the schema's order, so that which are left out is the only choice. Two rules for each place:
    /// before the first argument, and after one, where a comma is due.
    private static func rules(for tool: ToolContract, _ number: Int) -> [String] {
        let properties = tool.arguments["properties"]?.membersValue ?? []
        let required = Set(tool.arguments["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        let open = quoted(#"{"tool":"\#(tool.name)","arguments":{"#)
        var rules = [#"tool-\#(number) ::= \#(open) tool-\#(number)-0-first "}}""#]
        for (place, property) in properties.enumerated() {
            let next = "tool-\(number)-\(place + 1)"
            let value = quoted("\"\(property.name)\":") + " " + value(of: property.value)
            let skip = required.contains(property.name) ? ("", "") : (" | \(next)-first", " | \(next)-more")
            rules.append("tool-\(number)-\(place)-first ::= \(value) \(next)-more\(skip.0)")
            rules.append(#"tool-\#(number)-\#(place)-more ::= "," \#(value) \#(next)-more\#(skip.1)"#)
        }
        rules.append(#"tool-\#(number)-\#(properties.count)-first ::= """#)
        rules.append(#"tool-\#(number)-\#(properties.count)-more ::= """#)
        return rules
    }

    private static func value(of schema: JSON) -> String {
        if let choices = schema["enum"]?.arrayValue {
            return "(" + choices.map { quoted($0.text()) }.joined(separator: " | ") + ")"
        }
        return schema["type"]?.stringValue == "integer" ? "number" : "text"
    }

    /// A literal of the grammar.
    private static func quoted(_ text: String) -> String { JSON.string(text).text() }
}
