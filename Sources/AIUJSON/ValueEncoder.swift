/// Collects what an `Encodable` type writes, as one JSON value.
final class ValueEncoder: Encoder {
    /// A part that is known, or one that a nested container still fills.
    enum Part {
        case known(JSON)
        case open(ValueEncoder)

        func resolved() -> JSON {
            switch self {
            case .known(let json): json
            case .open(let encoder): encoder.resolved()
            }
        }
    }

    private enum Content {
        case nothing
        case single(JSON)
        case array([Part])
        case object([(name: String, part: Part)], index: [String: Int])
    }

    /// Below this, finding a name by scanning is cheaper than an index.
    private static let indexedFrom = 16

    let path: JSONPath
    private var content = Content.nothing

    init(path: JSONPath) { self.path = path }

    var codingPath: [any CodingKey] { path.codingKeys }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// What was written; a type that wrote nothing is an empty object.
    func resolved() -> JSON {
        switch content {
        case .nothing: .emptyObject
        case .single(let json): json
        case .array(let parts): .array(parts.map { $0.resolved() })
        case .object(let members, _): .object(members.map { JSON.Member($0.name, $0.part.resolved()) })
        }
    }

    static func encode<Value: Encodable>(
        _ value: Value, at path: @autoclosure () -> JSONPath
    ) throws -> JSON {
        if let scalar = value as? any JSONScalar { return try scalar.written(at: path()) }
        if let json = value as? JSON { return json }
        let encoder = ValueEncoder(path: path())
        try value.encode(to: encoder)
        guard value is any Unordered, case .object(let members) = encoder.resolved() else {
            return encoder.resolved()
        }
        // A dictionary has no order of its own; without one the same value would be written differently each time.
        return .object(members.sorted { $0.name < $1.name })
    }

    var count: Int {
        guard case .array(let parts) = content else { return 0 }
        return parts.count
    }

    func set(_ json: JSON) { content = .single(json) }

    func beginArray() {
        if case .nothing = content { content = .array([]) }
    }

    func beginObject() {
        if case .nothing = content { content = .object([], index: [:]) }
    }

    func append(_ part: Part) {
        guard case .array(var parts) = content else { return }
        content = .nothing
        parts.append(part)
        content = .array(parts)
    }

    func put(_ part: Part, for name: String) {
        guard case .object(var members, var index) = content else { return }
        content = .nothing
        let place =
            members.count < Self.indexedFrom ? members.firstIndex { $0.name == name } : index[name]
        if let place {
            members[place].part = part
        } else {
            members.append((name, part))
            if members.count == Self.indexedFrom {
                for (place, member) in members.enumerated() { index[member.name] = place }
            } else if members.count > Self.indexedFrom {
                index[name] = members.count - 1
            }
        }
        content = .object(members, index: index)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        beginObject()
        return KeyedEncodingContainer(ValueMembers<Key>(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        beginArray()
        return ValueElements(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { ValueSingle(encoder: self) }
}

/// Collections that come out in another order in every process.
private protocol Unordered {}
extension Dictionary: Unordered {}
