/// The types that a single JSON value stands for.
protocol JSONScalar: Codable {
    static func read(_ node: JSONNode, at path: @autoclosure () -> JSONPath) throws(JSONError) -> Self
    func written(at path: @autoclosure () -> JSONPath) throws(JSONError) -> JSON
}

extension JSONNode {
    func mismatch(_ expected: String, at path: JSONPath, found: String? = nil) -> JSONError {
        JSONError(.mismatch(expected: expected, found: found ?? kind), path: path, position: position)
    }
}

extension Bool: JSONScalar {
    static func read(_ node: JSONNode, at path: @autoclosure () -> JSONPath) throws(JSONError) -> Bool {
        guard case .bool(let value) = node.value else { throw node.mismatch("true or false", at: path()) }
        return value
    }

    func written(at path: @autoclosure () -> JSONPath) -> JSON { .bool(self) }
}

extension String: JSONScalar {
    static func read(_ node: JSONNode, at path: @autoclosure () -> JSONPath) throws(JSONError) -> String {
        guard case .string(let value) = node.value else { throw node.mismatch("a string", at: path()) }
        return value
    }

    func written(at path: @autoclosure () -> JSONPath) -> JSON { .string(self) }
}

extension JSONScalar where Self: FixedWidthInteger {
    static func read(_ node: JSONNode, at path: @autoclosure () -> JSONPath) throws(JSONError) -> Self {
        let exact: Self?
        switch node.value {
        case .integer(let value): exact = Self(exactly: value)
        case .number(let value): exact = Int64(whole: value).flatMap { Self(exactly: $0) }
        case .null, .bool, .string, .array, .object: throw node.mismatch("an integer", at: path())
        }
        guard let exact else {
            throw node.mismatch("an integer from \(Self.min) to \(Self.max)", at: path(), found: node.summary)
        }
        return exact
    }

    func written(at path: @autoclosure () -> JSONPath) throws(JSONError) -> JSON {
        guard let value = Int64(exactly: self) else {
            throw JSONError(.mismatch(expected: "at most \(Int64.max)", found: "\(self)"), path: path())
        }
        return .integer(value)
    }
}

extension JSONScalar where Self: BinaryFloatingPoint & LosslessStringConvertible {
    static func read(_ node: JSONNode, at path: @autoclosure () -> JSONPath) throws(JSONError) -> Self {
        switch node.value {
        case .integer(let value): return Self(value)
        case .number(let value): return Self(value)
        case .null, .bool, .string, .array, .object: throw node.mismatch("a number", at: path())
        }
    }

    func written(at path: @autoclosure () -> JSONPath) throws(JSONError) -> JSON {
        guard isFinite else {
            throw JSONError(.mismatch(expected: "a finite number", found: "\(self)"), path: path())
        }
        // By way of the shortest text, so that the Float 0.1 is not written as 0.10000000149011612.
        return .number(Double(description) ?? Double(self))
    }
}

extension Int: JSONScalar {}
extension Int8: JSONScalar {}
extension Int16: JSONScalar {}
extension Int32: JSONScalar {}
extension Int64: JSONScalar {}
extension UInt: JSONScalar {}
extension UInt8: JSONScalar {}
extension UInt16: JSONScalar {}
extension UInt32: JSONScalar {}
extension UInt64: JSONScalar {}
extension Float: JSONScalar {}
extension Double: JSONScalar {}
