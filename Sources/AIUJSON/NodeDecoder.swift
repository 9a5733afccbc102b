/// Lets a `Decodable` type read a value; every error knows the place.
struct NodeDecoder: Decoder, SingleValueDecodingContainer {
    let node: JSONNode
    let path: JSONPath

    var codingPath: [any CodingKey] { path.codingKeys }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(try NodeMembers<Key>(node, path))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try NodeElements(node, path) }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { node.value == .null }

    func decode<Value: JSONScalar>(_ type: Value.Type) throws -> Value { try Value.read(node, at: path) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Value(from: self) }
}

/// The members of an object, for a `Decodable` type.
struct NodeMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let node: JSONNode
    private let members: [JSONNode.Member]
    private let path: JSONPath
    /// Only for large objects, where scanning for every name would cost the square of their size.
    private let index: [String: Int]?

    init(_ node: JSONNode, _ path: JSONPath) throws(JSONError) {
        guard case .object(let members) = node.value else { throw node.mismatch("an object", at: path) }
        self.node = node
        self.members = members
        self.path = path
        index =
            members.count > 16
            ? Dictionary(members.indices.map { (members[$0].name, $0) }, uniquingKeysWith: { first, _ in first }) : nil
    }

    var codingPath: [any CodingKey] { path.codingKeys }
    var allKeys: [Key] { members.compactMap { Key(stringValue: $0.name) } }

    private func find(_ name: String) -> JSONNode? {
        if let index { return index[name].map { members[$0].value } }
        return members.first { $0.name == name }?.value
    }

    private func require(_ key: Key) throws(JSONError) -> JSONNode {
        guard let found = find(key.stringValue) else {
            throw JSONError(.missing, path: path.appending(key.stringValue), position: node.position)
        }
        return found
    }

    func contains(_ key: Key) -> Bool { find(key.stringValue) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try require(key).value == .null }

    func decode<Value: JSONScalar>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try Value.read(try require(key), at: path.appending(key.stringValue))
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try Value(from: decoder(key))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { NodeDecoder(node: find("super") ?? node, path: path) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

    private func decoder(_ key: Key) throws(JSONError) -> NodeDecoder {
        NodeDecoder(node: try require(key), path: path.appending(key.stringValue))
    }
}

/// The elements of an array, for a `Decodable` type.
struct NodeElements: UnkeyedDecodingContainer {
    private let node: JSONNode
    private let elements: [JSONNode]
    private let path: JSONPath
    private(set) var currentIndex = 0

    init(_ node: JSONNode, _ path: JSONPath) throws(JSONError) {
        guard case .array(let elements) = node.value else { throw node.mismatch("an array", at: path) }
        self.node = node
        self.elements = elements
        self.path = path
    }

    var codingPath: [any CodingKey] { path.codingKeys }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private var currentPath: JSONPath { path.appending(.element(currentIndex)) }

    private func current() throws(JSONError) -> JSONNode {
        guard !isAtEnd else { throw JSONError(.missing, path: currentPath, position: node.position) }
        return elements[currentIndex]
    }

    mutating func decodeNil() throws -> Bool {
        guard try current().value == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: JSONScalar>(_ type: Value.Type) throws -> Value {
        let value = try Value.read(try current(), at: currentPath)
        currentIndex += 1
        return value
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try Value(from: NodeDecoder(node: try current(), path: currentPath))
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try superDecoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try superDecoder().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = NodeDecoder(node: try current(), path: currentPath)
        currentIndex += 1
        return decoder
    }
}
