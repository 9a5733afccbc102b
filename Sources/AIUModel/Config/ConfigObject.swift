import AIUJSON

/// One object of the configuration, read field by field; problems are noted and the fallback stands in.
struct ConfigObject {
    private let node: JSONNode
    let path: JSONPath

    /// Notes every field that is not among `names`.
    init?(_ node: JSONNode?, at path: JSONPath, names: [String], _ problems: inout ConfigProblems) {
        guard let node else { return nil }
        guard let members = node.members else {
            problems.add(
                at: node.position, path,
                path.isRoot
                    ? "the configuration must be an object in braces, not \(node.summary)"
                    : "`\(path)` must be an object in braces, not \(node.summary)")
            return nil
        }
        self.node = node
        self.path = path
        for member in members where !names.contains(member.name) {
            Self.refuse(member, path, names, &problems)
        }
    }

    private static func refuse(
        _ member: JSONNode.Member, _ path: JSONPath, _ names: [String], _ problems: inout ConfigProblems
    ) {
        let field = path.appending(member.name)
        let home = path.isRoot ? "aiu_config.json" : "`\(path)`"
        let elsewhere = ConfigReader.fields
            .first { $0.key != path.description && $0.value.contains(member.name) }
            .map { $0.key.isEmpty ? member.name : "\($0.key).\(member.name)" }
        problems.add(
            at: member.namePosition, field, "`\(field)` is not a field of \(home)",
            suggestion: elsewhere
                ?? NearestName.find(member.name, in: names).map { path.appending($0).description })
    }

    subscript(name: String) -> JSONNode? { node[name] }

    func path(_ name: String) -> JSONPath { path.appending(name) }

    func read<Value>(
        _ name: String, or fallback: Value, _ problems: inout ConfigProblems,
        _ convert: (JSONNode) throws(FieldRefusal) -> Value
    ) -> Value {
        guard let node = node[name] else { return fallback }
        return Self.convert(node, path(name), &problems, convert) ?? fallback
    }

    /// Reads an array of distinct values.
    func list<Value: Hashable>(
        _ name: String, or fallback: [Value], limit: Int, _ problems: inout ConfigProblems,
        _ convert: (JSONNode) throws(FieldRefusal) -> Value
    ) -> [Value] {
        guard let node = node[name] else { return fallback }
        let path = path(name)
        guard let elements = node.elements else {
            problems.add(at: node.position, path, "`\(path)` must be an array in brackets, not \(node.summary)")
            return fallback
        }
        guard elements.count <= limit else {
            problems.add(
                at: node.position, path, "`\(path)` must have at most \(limit) elements, not \(elements.count)")
            return fallback
        }
        var result: [Value] = []
        var seen: Set<Value> = []
        for (index, element) in elements.enumerated() {
            let path = path.appending(.element(index))
            guard let value = Self.convert(element, path, &problems, convert) else { continue }
            if seen.insert(value).inserted {
                result.append(value)
            } else {
                problems.add(at: element.position, path, "`\(path)` repeats \(element.summary)")
            }
        }
        return result
    }

    static func convert<Value>(
        _ node: JSONNode, _ path: JSONPath, _ problems: inout ConfigProblems,
        _ convert: (JSONNode) throws(FieldRefusal) -> Value
    ) -> Value? {
        do {
            return try convert(node)
        } catch {
            let message = "`\(path)` must be \(error.expected), not \(error.found ?? node.summary)"
            problems.add(at: node.position, path, message, suggestion: error.suggestion)
            return nil
        }
    }
}
