package import AIUJSON
package import AIUWire

/// What a tool's arguments must be: the part of JSON Schema that `tools.json` uses, checked before every call.
package struct ToolSchema: Sendable {
    private let tool: String
    private let schema: JSON

    package init(tool: String, schema: JSON) {
        self.tool = tool
        self.schema = schema
    }

    /// The tool's entry in the document `tools.json`.
    package init(of tool: String, in document: JSON) throws(ToolReply.Failure) {
        let tools = document["tools"]?.arrayValue ?? []
        if let entry = tools.first(where: { $0["name"]?.stringValue == tool }), let schema = entry["arguments"] {
            self.init(tool: tool, schema: schema)
            return
        }
        let nearest = NearestName.find(tool, in: tools.compactMap { $0["name"]?.stringValue })
        let hint = nearest.map { "did you mean \($0)?" } ?? "`aiu tool ls` shows those there are."
        throw ToolReply.Failure(.notFound, "There is no tool \(Excerpt.quoted(tool)); \(hint)")
    }

    /// The arguments as the schema wants them: a text that spells a number becomes one where a number is wanted.
    package func check(_ arguments: JSON) throws(ToolReply.Failure) -> JSON {
        guard let members = arguments.membersValue else {
            throw refusal("the arguments of \(tool) must be an object, such as {\"\(names.first ?? "name")\": …}.")
        }
        let properties = schema["properties"]
        var result: [JSON.Member] = []
        for member in members {
            guard let property = properties?[member.name] else { throw unknown(member.name) }
            // Models write null for what was not said.
            if member.value.isNull { continue }
            result.append(JSON.Member(member.name, try check(member.value, of: member.name, property)))
        }
        for name in (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        where !result.contains(where: { $0.name == name }) {
            throw refusal("\(tool) needs the argument `\(name)`: \(meaning(of: name)).")
        }
        return .object(result)
    }

    private var names: [String] { schema["properties"]?.membersValue?.map(\.name) ?? [] }

    private func check(_ value: JSON, of name: String, _ property: JSON) throws(ToolReply.Failure) -> JSON {
        let value = try typed(value, of: name, property["type"]?.stringValue ?? "string")
        if let choices = property["enum"]?.arrayValue, !choices.contains(value) {
            throw noChoice(value, of: name, choices.compactMap(\.stringValue))
        }
        if let minimum = property["minimum"]?.numberValue, let number = value.numberValue, number < minimum {
            throw refusal(
                "`\(name)` of \(tool) is \(NumberFormat.write(number)); it must be \(NumberFormat.write(minimum)) or more."
            )
        }
        if let maximum = property["maximum"]?.numberValue, let number = value.numberValue, number > maximum {
            throw refusal(
                "`\(name)` of \(tool) is \(NumberFormat.write(number)); it must be \(NumberFormat.write(maximum)) or less."
            )
        }
        return value
    }

    private func typed(_ value: JSON, of name: String, _ type: String) throws(ToolReply.Failure) -> JSON {
        switch (type, value) {
        case ("string", .string), ("boolean", .bool), ("array", .array), ("object", .object): return value
        case ("string", .integer(let number)): return .string("\(number)")
        case ("string", .number(let number)): return .string(NumberFormat.write(number))
        case ("integer", .integer), ("number", .integer), ("number", .number): return value
        case ("integer", .number(let number)):
            if let whole = Int64(whole: number) { return .integer(whole) }
        case ("integer", .string(let text)):
            if let whole = Int64(text.trimmed) { return .integer(whole) }
        case ("number", .string(let text)):
            if let number = Double(text.trimmed), number.isFinite { return .number(number) }
        case ("boolean", .string("true")): return true
        case ("boolean", .string("false")): return false
        case (_, _): break
        }
        let wanted =
            [
                "integer": "a whole number", "number": "a number", "boolean": "true or false",
                "array": "a list", "object": "an object",
            ][type] ?? "a text"
        throw refusal("`\(name)` of \(tool) must be \(wanted), not \(JSONNode(value).summary).")
    }

    private func unknown(_ name: String) -> ToolReply.Failure {
        if let nearest = NearestName.find(name, in: names) {
            return refusal("\(tool) has no argument \(Excerpt.quoted(name)); did you mean `\(nearest)`?")
        }
        return refusal(
            "\(tool) has no argument \(Excerpt.quoted(name)); it has \(names.map { "`\($0)`" }.joined(separator: ", "))."
        )
    }

    private func noChoice(_ value: JSON, of name: String, _ choices: [String]) -> ToolReply.Failure {
        let typed = value.stringValue ?? ""
        let hint =
            NearestName.find(typed, in: choices).map { "did you mean \($0)?" }
            ?? "it is one of \(choices.joined(separator: ", "))."
        return refusal("`\(name)` of \(tool) cannot be \(Excerpt.quoted(typed)); \(hint)")
    }

    private func meaning(of name: String) -> String {
        let property = schema["properties"]?[name]
        if let text = property?["description"]?.stringValue {
            return text.hasSuffix(".") ? String(text.dropLast()).lowercasedFirst : text.lowercasedFirst
        }
        let choices = (property?["enum"]?.arrayValue ?? []).compactMap(\.stringValue)
        return choices.isEmpty ? "it is missing" : "one of \(choices.joined(separator: ", "))"
    }

    private func refusal(_ message: String) -> ToolReply.Failure { ToolReply.Failure(.invalid, message) }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
