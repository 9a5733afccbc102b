/// Writes the members of an object.
struct ValueMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: ValueEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil(forKey key: Key) { encoder.put(.known(.null), for: key.stringValue) }

    func encode<Value: JSONScalar>(_ value: Value, forKey key: Key) throws {
        encoder.put(.known(try value.written(at: path(key))), for: key.stringValue)
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        encoder.put(.known(try ValueEncoder.encode(value, at: path(key))), for: key.stringValue)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        open(key.stringValue).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        open(key.stringValue).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { open("super") }

    func superEncoder(forKey key: Key) -> any Encoder { open(key.stringValue) }

    private func path(_ key: Key) -> JSONPath { encoder.path.appending(key.stringValue) }

    private func open(_ name: String) -> ValueEncoder {
        let child = ValueEncoder(path: encoder.path.appending(name))
        encoder.put(.open(child), for: name)
        return child
    }
}

/// Writes the elements of an array.
struct ValueElements: UnkeyedEncodingContainer {
    let encoder: ValueEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }
    var count: Int { encoder.count }

    private var path: JSONPath { encoder.path.appending(.element(encoder.count)) }

    func encodeNil() { encoder.append(.known(.null)) }

    func encode<Value: JSONScalar>(_ value: Value) throws { encoder.append(.known(try value.written(at: path))) }

    func encode<Value: Encodable>(_ value: Value) throws {
        encoder.append(.known(try ValueEncoder.encode(value, at: path)))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        open().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { open().unkeyedContainer() }

    func superEncoder() -> any Encoder { open() }

    private func open() -> ValueEncoder {
        let child = ValueEncoder(path: path)
        encoder.append(.open(child))
        return child
    }
}

/// Writes one value that is neither an object nor an array of its own making.
struct ValueSingle: SingleValueEncodingContainer {
    let encoder: ValueEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil() { encoder.set(.null) }

    func encode<Value: JSONScalar>(_ value: Value) throws { encoder.set(try value.written(at: encoder.path)) }

    func encode<Value: Encodable>(_ value: Value) throws {
        encoder.set(try ValueEncoder.encode(value, at: encoder.path))
    }
}
