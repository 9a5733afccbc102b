package import AIUJSON

/// What plans may say: the tools with their arguments, as tools.json has them.
package struct PlanSchema: Equatable, Sendable {
    /// One argument of a tool.
    struct Argument: Equatable, Sendable {
        enum Kind: Equatable, Sendable {
            /// One of the schema's values; nobody needs to say the usual one.
            case choice(usual: String?)
            case integer(minimum: Int64?)
            /// A part of the prompt.
            case copied
        }

        let name: String
        let kind: Kind
        let required: Bool
    }

    private(set) var tools: [String: [Argument]] = [:]

    package init() {}

    /// Adds a tool; `arguments` is the JSON Schema of its arguments.
    package mutating func add(tool: String, arguments: JSON) throws(PlanError) {
        guard let properties = arguments["properties"]?.membersValue else {
            throw PlanError(.badSchema(tool: tool, argument: nil))
        }
        let required = arguments["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        var known: [Argument] = []
        for property in properties {
            let kind: Argument.Kind
            switch (property.value["type"]?.stringValue, property.value["enum"]) {
            case ("string", .some): kind = .choice(usual: property.value["default"]?.stringValue)
            case ("integer", nil): kind = .integer(minimum: property.value["minimum"]?.integerValue)
            case ("string", nil): kind = .copied
            default: throw PlanError(.badSchema(tool: tool, argument: property.name))
            }
            known.append(Argument(name: property.name, kind: kind, required: required.contains(property.name)))
        }
        tools[tool] = known
    }

    /// The tools of a whole tools.json.
    package init(toolsFile: JSON) throws(PlanError) {
        for tool in toolsFile["tools"]?.arrayValue ?? [] {
            guard let name = tool["name"]?.stringValue, let arguments = tool["arguments"] else {
                throw PlanError(.badSchema(tool: tool["name"]?.stringValue ?? "?", argument: nil))
            }
            try add(tool: name, arguments: arguments)
        }
    }
}
