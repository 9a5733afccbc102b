internal import AIUJSON

extension Schema {
    /// Refuses what the published schema refuses, with the place and the nearest right word.
    func check(_ node: JSONNode, at path: JSONPath = .root) throws(JSONError) {
        switch self {
        case .boolean:
            guard case .bool = node.value else { throw mismatch("true or false", node, path) }
        case .number:
            switch node.value {
            case .integer, .number: return
            case .null, .bool, .string, .array, .object: throw mismatch("a number", node, path)
            }
        case .integer(let range):
            guard let value = JSON(node).integerValue else { throw mismatch("an integer", node, path) }
            guard range.contains(value) else {
                throw mismatch("an integer from \(range.lowerBound) to \(range.upperBound)", node, path)
            }
        case .text(_, let atMost):
            guard case .string(let text) = node.value else { throw mismatch("a string", node, path) }
            if let atMost, text.unicodeScalars.count > atMost {
                throw mismatch("at most \(atMost) characters long", "\(text.unicodeScalars.count)", node, path)
            }
        case .choice(let words): try check(node, isOneOf: words, at: path)
        case .size:
            switch node.value {
            case .integer, .number, .string: return
            case .null, .bool, .array, .object:
                throw mismatch("a size such as \"512MB\" or a number of bytes", node, path)
            }
        case .array(let element, let atLeast, let atMost):
            guard let elements = node.elements else { throw mismatch("an array", node, path) }
            guard (atLeast...(atMost ?? Int.max)).contains(elements.count) else {
                let most = atMost.map { " and at most \($0)" } ?? ""
                throw mismatch("an array of at least \(atLeast)\(most) elements", "\(elements.count)", node, path)
            }
            for (index, value) in elements.enumerated() {
                try element.check(value, at: path.appending(.element(index)))
            }
        case .map(let element):
            guard let members = node.members else { throw mismatch("an object", node, path) }
            for member in members { try element.check(member.value, at: path.appending(member.name)) }
        case .object(let members): try check(node, has: members, at: path)
        case .document:
            guard node.members != nil else { throw mismatch("an object", node, path) }
        case .anything: return
        case .reference(let name):
            guard let schema = Schemas.named[name] else { return }
            try schema.check(node, at: path)
        }
    }

    private func check(_ node: JSONNode, has members: [Member], at path: JSONPath) throws(JSONError) {
        guard let found = node.members else { throw mismatch("an object", node, path) }
        for member in found {
            let place = path.appending(member.name)
            guard let known = members.first(where: { $0.name == member.name }) else {
                let nearest = Nearest.word(to: member.name, in: members.map(\.name))
                let way = nearest.map { "did you mean `\($0)`?" } ?? "the members are \(members.names)"
                throw JSONError(.invalid("there is no such member; \(way)"), path: place, position: member.namePosition)
            }
            try known.schema.check(member.value, at: place)
        }
        for member in members where member.required && node[member.name] == nil {
            throw JSONError(.missing, path: path.appending(member.name), position: node.position)
        }
    }

    private func check(_ node: JSONNode, isOneOf words: [String], at path: JSONPath) throws(JSONError) {
        guard case .string(let word) = node.value, words.contains(word) else {
            throw mismatch("one of \(words.joined(separator: ", "))", node, path)
        }
    }

    private func mismatch(_ expected: String, _ node: JSONNode, _ path: JSONPath) -> JSONError {
        mismatch(expected, node.summary, node, path)
    }

    private func mismatch(_ expected: String, _ found: String, _ node: JSONNode, _ path: JSONPath) -> JSONError {
        JSONError(.mismatch(expected: expected, found: found), path: path, position: node.position)
    }
}

extension [Schema.Member] {
    fileprivate var names: String { map { "`\($0.name)`" }.joined(separator: ", ") }
}
