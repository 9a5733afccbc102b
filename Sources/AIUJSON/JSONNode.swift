/// A JSON value that remembers where in the text it stood.
package struct JSONNode: Equatable, Sendable {
    /// The value itself, its parts with their positions.
    package enum Value: Equatable, Sendable {
        case null
        case bool(Bool)
        case integer(Int64)
        case number(Double)
        case string(String)
        case array([JSONNode])
        case object([Member])
    }

    /// One name and its value, and where the name stood.
    package struct Member: Equatable, Sendable {
        package let name: String
        package let namePosition: JSONPosition?
        package let value: JSONNode

        package init(name: String, namePosition: JSONPosition?, value: JSONNode) {
            self.name = name
            self.namePosition = namePosition
            self.value = value
        }
    }

    package let value: Value
    /// `nil` when the value did not come from a text.
    package let position: JSONPosition?

    package init(_ value: Value, at position: JSONPosition?) {
        self.value = value
        self.position = position
    }

    package init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        self = try JSONParser.parse(bytes, limits: limits)
    }

    package init(_ json: JSON) {
        let value: Value =
            switch json {
            case .null: .null
            case .bool(let value): .bool(value)
            case .integer(let value): .integer(value)
            case .number(let value): .number(value)
            case .string(let value): .string(value)
            case .array(let elements): .array(elements.map { JSONNode($0) })
            case .object(let members):
                .object(members.map { Member(name: $0.name, namePosition: nil, value: JSONNode($0.value)) })
            }
        self.init(value, at: nil)
    }

    package var elements: [JSONNode]? {
        guard case .array(let elements) = value else { return nil }
        return elements
    }

    package var members: [Member]? {
        guard case .object(let members) = value else { return nil }
        return members
    }

    package subscript(name: String) -> JSONNode? {
        members?.first { $0.name == name }?.value
    }

    /// What kind of value it is, in words for a message.
    package var kind: String {
        switch value {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The value in words for a message, scalars with what they are.
    package var summary: String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): "the string \(Excerpt.quoted(value))"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The deepest value on the way that `path` describes which exists.
    package func nearest(to path: JSONPath) -> JSONNode {
        var node = self
        for step in path.steps {
            switch (step, node.value) {
            case (.member(let name), .object):
                guard let next = node[name] else { return node }
                node = next
            case (.element(let index), .array(let elements)):
                guard elements.indices.contains(index) else { return node }
                node = elements[index]
            default:
                return node
            }
        }
        return node
    }
}
