internal import AIUCommandLine
package import AIUJSON
package import AIUWire

/// Words such as `limit=5` as the arguments of a tool, by the tool's own schema.
package struct ToolArguments {
    private let tool: ToolDescription
    private let properties: [JSON.Member]

    package init(_ tool: ToolDescription) {
        self.tool = tool
        properties = tool.arguments["properties"]?.membersValue ?? []
    }

    /// An object that fits the schema as far as a schema's types, choices and bounds say it.
    package func read(_ words: [String]) throws(Problem) -> JSON {
        var members: [JSON.Member] = []
        for word in words {
            let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, !sides[0].isEmpty else {
                throw Problem(.usage, "`--arg` must be NAME=VALUE, not \(Excerpt.quoted(word))")
            }
            let name = String(sides[0])
            guard let schema = properties.first(where: { $0.name == name })?.value else { throw unknown(name) }
            guard !members.contains(where: { $0.name == name }) else {
                throw Problem(.usage, "the argument '\(name)' is given twice")
            }
            members.append(.init(name, try value(String(sides[1]), of: name, schema)))
        }
        let required = (tool.arguments["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        for name in required where !members.contains(where: { $0.name == name }) {
            let schema = properties.first { $0.name == name }?.value
            let choices = schema.map(Self.choices) ?? []
            let hint = choices.isEmpty ? schema?["description"]?.stringValue : choices.joined(separator: ", ")
            throw Problem(
                .usage, "\(tool.name) needs the argument '\(name)'" + (hint.map { ": \(SafeText.line($0))" } ?? ""))
        }
        return .object(members)
    }

    private func unknown(_ name: String) -> Problem {
        let known = properties.map(\.name)
        let names = known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))"
        let way = NearestName.find(name, in: known).map { "did you mean '\($0)'?" } ?? names
        return Problem(.usage, "\(tool.name) has no argument \(Excerpt.quoted(name)); \(SafeText.line(way))")
    }

    private func value(_ text: String, of name: String, _ schema: JSON) throws(Problem) -> JSON {
        switch schema["type"]?.stringValue {
        case "integer":
            guard !text.hasPrefix("+"), let number = Int64(text) else { throw wrong(text, name, "a whole number") }
            try check(Double(number), text, name, schema)
            return .integer(number)
        case "number":
            guard let number = Double(text), number.isFinite else { throw wrong(text, name, "a number") }
            try check(number, text, name, schema)
            return Int64(text).map { .integer($0) } ?? .number(number)
        case "boolean":
            guard text == "true" || text == "false" else { throw wrong(text, name, "true or false") }
            return .bool(text == "true")
        case "array", "object":
            do throws(JSONError) {
                return try JSON(parsing: text)
            } catch {
                throw wrong(text, name, "JSON")
            }
        case _:
            let choices = Self.choices(schema)
            guard choices.isEmpty || choices.contains(text) else {
                let near = NearestName.find(text, in: choices).map { "; did you mean '\($0)'?" } ?? ""
                throw wrong(text, name, "one of \(choices.joined(separator: ", "))", near)
            }
            return .string(text)
        }
    }

    private func check(_ number: Double, _ text: String, _ name: String, _ schema: JSON) throws(Problem) {
        if let least = schema["minimum"]?.numberValue, number < least {
            throw wrong(text, name, "at least \(schema["minimum"]?.text() ?? "")")
        }
        if let most = schema["maximum"]?.numberValue, number > most {
            throw wrong(text, name, "at most \(schema["maximum"]?.text() ?? "")")
        }
    }

    private func wrong(_ text: String, _ name: String, _ expected: String, _ near: String = "") -> Problem {
        Problem(
            .usage,
            "the argument '\(name)' of \(tool.name) must be \(SafeText.line(expected)), not "
                + Excerpt.quoted(text) + near)
    }

    /// The only values that a schema allows; empty when it is about something else.
    package static func choices(_ schema: JSON) -> [String] {
        (schema["enum"]?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
