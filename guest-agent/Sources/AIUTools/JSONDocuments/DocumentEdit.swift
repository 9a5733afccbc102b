internal import AIUJSON

/// Changes one place of a document and leaves the rest as it is.
enum DocumentEdit {
    /// - Parameter value: nil removes what is there.
    static func replacing(_ document: JSON, _ steps: ArraySlice<JSONPath.Step>, with value: JSON?) -> JSON {
        guard let step = steps.first else { return value ?? .null }
        let rest = steps.dropFirst()
        switch step {
        case .member(let name):
            var changed = document
            if rest.isEmpty {
                changed[name] = value
            } else {
                changed[name] = replacing(document[name] ?? .emptyObject, rest, with: value)
            }
            return changed
        case .element(let index):
            guard var elements = document.arrayValue, elements.indices.contains(index) else { return document }
            if rest.isEmpty, value == nil {
                elements.remove(at: index)
            } else {
                elements[index] = replacing(elements[index], rest, with: value)
            }
            return .array(elements)
        }
    }

    /// The value that a person's text means where another one stood.
    static func value(_ text: String, insteadOf old: JSON?) -> JSON {
        let plain = text.trimmed
        let isQuoted = plain.count >= 2 && plain.first == "\"" && plain.last == "\""
        // What is no JSON is text.
        let parsed = try? JSON(parsing: plain)
        if isQuoted { return parsed ?? .string(plain.unquoted) }
        // Text stays text: a version "2" does not become a number.
        if case .string? = old, let parsed, parsed.membersValue == nil, parsed.arrayValue == nil, parsed != .null {
            return .string(plain)
        }
        if let parsed { return parsed }
        if case .bool? = old {
            if ["on", "yes", "true", "enabled"].contains(plain.lowercased()) { return true }
            if ["off", "no", "false", "disabled"].contains(plain.lowercased()) { return false }
        }
        if case .array? = old, plain.contains(",") {
            return .array(plain.split(separator: ",").map { value(String($0), insteadOf: nil) })
        }
        return .string(text.unquoted)
    }
}
