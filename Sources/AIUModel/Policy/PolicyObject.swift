package import AIUJSON

/// An object of a policy document: knows its fields, and lets comments pass. Every refusal has its place.
package struct PolicyObject {
    /// A member of any object that is for people only.
    package static let comment = "//"
    package static let longestList = 1000

    private let node: JSONNode
    package let members: [JSONNode.Member]

    /// Any names; for objects whose members are named by people.
    package init(_ node: JSONNode) throws(PolicyProblem) {
        guard let members = node.members else {
            throw PolicyProblem(node, "must be an object in braces, not \(node.summary)")
        }
        self.node = node
        self.members = members.filter { $0.name != Self.comment }
    }

    package init(_ node: JSONNode, fields: [String]) throws(PolicyProblem) {
        try self.init(node)
        for member in members where !fields.contains(member.name) {
            let hint = NearestName.find(member.name, in: fields).map { "did you mean `\($0)`?" }
            throw PolicyProblem(
                JSONNode(member.value.value, at: member.namePosition),
                "there is no such field; " + (hint ?? "there are \(fields.joined(separator: ", "))"),
                at: JSONPath([.member(member.name)]))
        }
    }

    /// `nil` where the field is left out, or `null`.
    package subscript(name: String) -> JSONNode? {
        guard let value = node[name], value.value != .null else { return nil }
        return value
    }

    /// Reads a field when it is there; what is wrong with it is named from here.
    package func read<Value>(
        _ name: String, _ convert: (JSONNode) throws(PolicyProblem) -> Value
    ) throws(PolicyProblem) -> Value? {
        guard let value = self[name] else { return nil }
        do throws(PolicyProblem) {
            return try convert(value)
        } catch {
            throw error.inside(name)
        }
    }

    package func required<Value>(
        _ name: String, _ convert: (JSONNode) throws(PolicyProblem) -> Value
    ) throws(PolicyProblem) -> Value {
        guard let value = try read(name, convert) else { throw PolicyProblem(node, "`\(name)` is missing") }
        return value
    }

    /// Reads every element; a repeated value is refused.
    package func list<Value: Equatable>(
        _ name: String, atMost limit: Int = PolicyObject.longestList,
        _ convert: (JSONNode) throws(PolicyProblem) -> Value
    ) throws(PolicyProblem) -> [Value]? {
        try read(name) { (node: JSONNode) throws(PolicyProblem) in try Self.elements(node, atMost: limit, convert) }
    }

    package static func elements<Value: Equatable>(
        _ node: JSONNode, atMost limit: Int = PolicyObject.longestList,
        _ convert: (JSONNode) throws(PolicyProblem) -> Value
    ) throws(PolicyProblem) -> [Value] {
        guard let elements = node.elements else {
            throw PolicyProblem(node, "must be a list in brackets, not \(node.summary)")
        }
        guard elements.count <= limit else {
            throw PolicyProblem(node, "must have at most \(limit) elements, not \(elements.count)")
        }
        var values: [Value] = []
        for (index, element) in elements.enumerated() {
            do throws(PolicyProblem) {
                let value = try convert(element)
                if let first = values.firstIndex(of: value) {
                    throw PolicyProblem(element, "says the same as the element at [\(first)]; remove one of them")
                }
                values.append(value)
            } catch {
                throw error.inside(.element(index))
            }
        }
        return values
    }

    package func number(_ name: String, _ range: ClosedRange<Int>) throws(PolicyProblem) -> Int? {
        try read(name) { (node: JSONNode) throws(PolicyProblem) in try Self.number(node, range) }
    }

    package func text(_ name: String, atMost length: Int = 256) throws(PolicyProblem) -> String? {
        try read(name) { (node: JSONNode) throws(PolicyProblem) in try Self.text(node, atMost: length) }
    }

    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Choice.Type = Choice.self
    ) throws(PolicyProblem) -> Choice? where Choice.RawValue == String {
        try read(name) { (node: JSONNode) throws(PolicyProblem) in try Self.choice(node) }
    }

    package func size(_ name: String) throws(PolicyProblem) -> ByteCount? {
        try read(name) { (node: JSONNode) throws(PolicyProblem) in try Self.size(node) }
    }

    // MARK: Values

    package static func number(_ node: JSONNode, _ range: ClosedRange<Int>) throws(PolicyProblem) -> Int {
        if let number = JSON(node).integerValue, let value = Int(exactly: number), range.contains(value) {
            return value
        }
        throw PolicyProblem(
            node, "must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(node.summary)")
    }

    package static func text(_ node: JSONNode, atMost length: Int = 256) throws(PolicyProblem) -> String {
        if case .string(let text) = node.value, (1...length).contains(text.utf8.count),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        {
            return text
        }
        throw PolicyProblem(node, "must be a text of 1 to \(length) bytes on one line, not \(node.summary)")
    }

    package static func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: JSONNode, _ type: Choice.Type = Choice.self
    ) throws(PolicyProblem) -> Choice where Choice.RawValue == String {
        let known = Choice.allCases.map(\.rawValue)
        guard case .string(let text) = node.value else {
            throw PolicyProblem(node, "must be one of \(known.joined(separator: ", ")), not \(node.summary)")
        }
        if let choice = Choice(rawValue: text) { return choice }
        let hint = NearestName.find(text, in: known).map { "; did you mean `\($0)`?" } ?? ""
        throw PolicyProblem(node, "must be one of \(known.joined(separator: ", ")), not \(node.summary)\(hint)")
    }

    package static func size(_ node: JSONNode) throws(PolicyProblem) -> ByteCount {
        switch node.value {
        case .integer(let bytes) where bytes >= 0: return ByteCount(bytes: UInt64(bytes))
        case .string(let text):
            if let size = ByteCount(parsing: text) { return size }
        default: break
        }
        throw PolicyProblem(node, "must be a size such as \"512MB\" or \"2GB\", not \(node.summary)")
    }
}
