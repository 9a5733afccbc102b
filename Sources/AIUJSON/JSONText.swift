/// Codable types to and from JSON text.
package enum JSONText {
    package static func encode<Value: Encodable>(
        _ value: Value, pretty: Bool = false
    ) throws(JSONError) -> [UInt8] {
        try JSON(encoding: value).bytes(pretty: pretty)
    }

    package static func encodeString<Value: Encodable>(
        _ value: Value, pretty: Bool = false
    ) throws(JSONError) -> String {
        try JSON(encoding: value).text(pretty: pretty)
    }

    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], limits: JSONLimits = .standard
    ) throws(JSONError) -> Value {
        try decode(type, from: try JSONParser.parse(bytes, limits: limits))
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, from json: JSON) throws(JSONError) -> Value {
        try decode(type, from: JSONNode(json))
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, from node: JSONNode) throws(JSONError) -> Value {
        do {
            return try NodeDecoder(node: node, path: .root).decode(type)
        } catch let error as JSONError {
            throw error
        } catch let error as DecodingError {
            throw JSONError(error, in: node)
        } catch {
            throw JSONError(.invalid("\(error)"), position: node.position)
        }
    }
}

extension JSON {
    package init<Value: Encodable>(encoding value: Value) throws(JSONError) {
        do {
            self = try ValueEncoder.encode(value, at: .root)
        } catch let error as JSONError {
            throw error
        } catch EncodingError.invalidValue(_, let context) {
            throw JSONError(.invalid(context.debugDescription), path: JSONPath(context.codingPath))
        } catch {
            throw JSONError(.invalid("\(error)"))
        }
    }
}

extension JSONError {
    /// The standard library's refusal, with the place it speaks of.
    fileprivate init(_ error: DecodingError, in root: JSONNode) {
        let context: DecodingError.Context
        var reason: Reason?
        var path: JSONPath?
        switch error {
        case .keyNotFound(let key, let found):
            context = found
            reason = .missing
            path = JSONPath(found.codingPath + [key])
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found):
            context = found
        @unknown default:
            self.init(.invalid("\(error)"), position: root.position)
            return
        }
        let place = path ?? JSONPath(context.codingPath)
        let message = context.debugDescription
        self.init(
            reason ?? .invalid(context.underlyingError.map { "\($0)" } ?? message), path: place,
            position: root.nearest(to: place).position)
    }
}

extension JSON: Codable {
    /// Free-form values pass through this module's own coders only; no other is in use.
    package func encode(to encoder: any Encoder) throws {
        guard let own = encoder as? ValueEncoder else {
            throw EncodingError.invalidValue(
                self, .init(codingPath: encoder.codingPath, debugDescription: "JSON values need JSONText"))
        }
        own.set(self)
    }

    package init(from decoder: any Decoder) throws {
        guard let own = decoder as? NodeDecoder else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "JSON values need JSONText"))
        }
        self.init(own.node)
    }
}
