internal import AIUJSON

/// A JSON Schema, as much of it as this interface needs: it documents a value and checks it.
package indirect enum Schema: Sendable, Equatable {
    /// One member of an object.
    package struct Member: Sendable, Equatable {
        let name: String
        let schema: Schema
        let required: Bool
        let note: String?
    }

    case boolean
    case number
    case integer(ClosedRange<Int64>)
    case text(pattern: String? = nil, atMost: Int? = nil)
    case choice([String])
    /// Bytes as a number, or a text such as "512MB".
    case size
    case array(of: Schema, atLeast: Int = 0, atMost: Int? = nil)
    case map(of: Schema)
    case object([Member])
    case reference(String)
    /// Any object.
    case document
    /// Any JSON value.
    case anything

    /// Whole numbers that a JSON reader of any language keeps exactly.
    static let count = Schema.integer(0...9_007_199_254_740_991)
    static let milliseconds = Schema.integer(1...3_600_000)

    static func choice<Choice: CaseIterable & RawRepresentable<String>>(_ type: Choice.Type) -> Schema {
        .choice(type.allCases.map(\.rawValue))
    }

    var json: JSON {
        switch self {
        case .boolean: ["type": "boolean"]
        case .number: ["type": "number"]
        case .integer(let range):
            ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
        case .text(let pattern, let atMost): Self.text(pattern, atMost)
        case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
        case .size: ["oneOf": [Self.count.json, ["type": "string", "pattern": #"^[0-9]+(\.[0-9]+)?[A-Za-z]*$"#]]]
        case .array(let element, let atLeast, let atMost): Self.array(element, atLeast, atMost)
        case .map(let element): ["type": "object", "additionalProperties": element.json]
        case .object(let members): Self.object(members)
        case .document: ["type": "object"]
        case .anything: [:]
        case .reference(let name): ["$ref": .string("#/components/schemas/\(name)")]
        }
    }

    private static func text(_ pattern: String?, _ atMost: Int?) -> JSON {
        var json: JSON = ["type": "string"]
        if let pattern { json["pattern"] = .string(pattern) }
        if let atMost { json["maxLength"] = .integer(Int64(atMost)) }
        return json
    }

    private static func array(_ element: Schema, _ atLeast: Int, _ atMost: Int?) -> JSON {
        var json: JSON = ["type": "array", "items": element.json]
        if atLeast > 0 { json["minItems"] = .integer(Int64(atLeast)) }
        if let atMost { json["maxItems"] = .integer(Int64(atMost)) }
        return json
    }

    private static func object(_ members: [Member]) -> JSON {
        let properties = members.map { member in
            var json = member.schema.json
            if let note = member.note { json["description"] = .string(note) }
            return JSON.Member(member.name, json)
        }
        var json: JSON = ["type": "object", "properties": .object(properties), "additionalProperties": false]
        let required = members.filter(\.required).map { JSON.string($0.name) }
        if !required.isEmpty { json["required"] = .array(required) }
        return json
    }
}

/// A member that is always there.
func always(_ name: String, _ schema: Schema, _ note: String? = nil) -> Schema.Member {
    .init(name: name, schema: schema, required: true, note: note)
}

/// A member that may be left out.
func maybe(_ name: String, _ schema: Schema, _ note: String? = nil) -> Schema.Member {
    .init(name: name, schema: schema, required: false, note: note)
}
