internal import AIUJSON
internal import AIUWire

/// Checks a document by a JSON Schema (the drafts 4 to 2020-12), without what only a network could fetch.
struct SchemaCheck {
    /// What is wrong, and where.
    struct Problem: Equatable, Sendable {
        let path: JSONPath
        let message: String

        var text: String { path.isRoot ? message : "\(path): \(message)" }
    }

    private static let mostProblems = 100
    private static let deepest = 128
    /// Checks of one document; a schema can ask for endless ones.
    private static let mostSteps = 5_000_000

    private let schema: JSON
    private(set) var problems: [Problem] = []
    private var steps = 0

    init(_ schema: JSON) { self.schema = schema }

    static func problems(of document: JSON, by schema: JSON) throws(ToolReply.Failure) -> [Problem] {
        var check = SchemaCheck(schema)
        try check.check(document, schema, .root, 0)
        return check.problems
    }

    private mutating func add(_ path: JSONPath, _ message: String) {
        if problems.count < Self.mostProblems { problems.append(Problem(path: path, message: message)) }
    }

    private mutating func check(
        _ value: JSON, _ schema: JSON, _ path: JSONPath, _ depth: Int
    ) throws(ToolReply.Failure) {
        steps += 1
        guard depth < Self.deepest, steps < Self.mostSteps else {
            throw ToolReply.Failure(.tooLarge, "The schema refers to itself too often to be checked.")
        }
        if let allowed = schema.boolValue {
            if !allowed { add(path, "nothing is allowed here") }
            return
        }
        guard schema.membersValue != nil else {
            throw ToolReply.Failure(
                .damaged, "The schema is no JSON Schema: a part of it is neither an object nor a boolean.")
        }
        if let reference = schema["$ref"]?.stringValue {
            try check(value, try target(reference), path, depth + 1)
        }
        for keyword in ["$dynamicRef", "$recursiveRef", "unevaluatedProperties", "unevaluatedItems"]
        where schema[keyword] != nil {
            throw ToolReply.Failure(.invalid, "The schema uses '\(keyword)', which is not understood here.")
        }
        checkType(value, schema, path)
        if let choices = schema["enum"]?.arrayValue, !choices.contains(where: { Self.same($0, value) }) {
            add(path, "must be one of \(ColumnChoice.list(choices.map { $0.text() }))")
        }
        if let wanted = schema["const"], !Self.same(wanted, value) { add(path, "must be \(wanted.text())") }
        try checkBounds(value, schema, path)
        if let members = value.membersValue { try checkObject(members, value, schema, path, depth) }
        if let elements = value.arrayValue { try checkArray(elements, schema, path, depth) }
        try checkCombinations(value, schema, path, depth)
    }

    private func target(_ reference: String) throws(ToolReply.Failure) -> JSON {
        guard reference.hasPrefix("#") else {
            throw ToolReply.Failure(
                .invalid, "The schema refers to '\(reference.prefix(80))', which is not in it and not fetched.")
        }
        var place = schema
        let fragment = reference.dropFirst().replacing("%25", with: "%").replacing("%20", with: " ")
        if !fragment.isEmpty, !fragment.hasPrefix("/") {
            for definition in ["$defs", "definitions"] {
                for member in schema[definition]?.membersValue ?? []
                where member.value["$anchor"]?.stringValue == String(fragment)
                    || member.value["$id"]?.stringValue == reference
                {
                    return member.value
                }
            }
        }
        for part in fragment.split(separator: "/") {
            let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            guard let next = place[name] ?? Int(name).flatMap({ place[$0] }) else {
                throw ToolReply.Failure(.damaged, "The schema refers to '\(reference.prefix(80))', which is not in it.")
            }
            place = next
        }
        return place
    }

    // MARK: Values

    private mutating func checkType(_ value: JSON, _ schema: JSON, _ path: JSONPath) {
        guard let type = schema["type"] else { return }
        let names = type.arrayValue?.compactMap(\.stringValue) ?? [type.stringValue].compactMap { $0 }
        if !names.contains(where: { Self.isType(value, $0) }) {
            add(path, "must be \(names.joined(separator: " or ")), not \(Self.kind(value))")
        }
    }

    private static func isType(_ value: JSON, _ name: String) -> Bool {
        switch (name, value) {
        case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object): true
        case ("number", .integer), ("number", .number): true
        case ("integer", _): value.integerValue != nil || (value.numberValue.map { $0 == $0.rounded() } ?? false)
        case _: false
        }
    }

    private static func kind(_ value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// 1 and 1.0 are the same number, and members have no order.
    static func same(_ left: JSON, _ right: JSON) -> Bool {
        switch (left, right) {
        case (.integer, .number), (.number, .integer): return left.numberValue == right.numberValue
        case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy { same($0, $1) }
        case (.object(let a), .object(let b)):
            return a.count == b.count
                && a.allSatisfy { member in right[member.name].map { same(member.value, $0) } ?? false }
        case _: return left == right
        }
    }

    private mutating func checkBounds(_ value: JSON, _ schema: JSON, _ path: JSONPath) throws(ToolReply.Failure) {
        if let number = value.numberValue {
            func shown(_ bound: Double) -> String { NumberFormat.write(bound) }
            if let least = schema["minimum"]?.numberValue {
                let isOpen = schema["exclusiveMinimum"]?.boolValue ?? false
                if number < least || (isOpen && number == least) {
                    add(path, "must be \(isOpen ? "more than" : "at least") \(shown(least))")
                }
            }
            if let most = schema["maximum"]?.numberValue {
                let isOpen = schema["exclusiveMaximum"]?.boolValue ?? false
                if number > most || (isOpen && number == most) {
                    add(path, "must be \(isOpen ? "less than" : "at most") \(shown(most))")
                }
            }
            if let bound = schema["exclusiveMinimum"]?.numberValue, number <= bound {
                add(path, "must be more than \(shown(bound))")
            }
            if let bound = schema["exclusiveMaximum"]?.numberValue, number >= bound {
                add(path, "must be less than \(shown(bound))")
            }
            if let step = schema["multipleOf"]?.numberValue, step > 0 {
                let quotient = number / step
                if abs(quotient - quotient.rounded()) > 1e-9 * max(1, abs(quotient)) {
                    add(path, "must be a multiple of \(shown(step))")
                }
            }
        }
        if let text = value.stringValue {
            let length = text.unicodeScalars.count
            if let least = schema["minLength"]?.integerValue, length < least {
                add(path, "must have at least \(least) characters")
            }
            if let most = schema["maxLength"]?.integerValue, length > most {
                add(path, "must have at most \(most) characters")
            }
            if let pattern = schema["pattern"]?.stringValue, try !Self.matches(text, pattern) {
                add(path, "must match \(pattern.prefix(100))")
            }
            if let format = schema["format"]?.stringValue, !SchemaFormat.fits(text, format) {
                add(path, "must be a \(format)")
            }
        }
    }

    private static func matches(_ text: String, _ pattern: String) throws(ToolReply.Failure) -> Bool {
        do {
            return try Regex(pattern).firstMatch(in: text) != nil
        } catch {
            throw ToolReply.Failure(
                .damaged, "The schema has a pattern that is no regular expression: \(pattern.prefix(80)).")
        }
    }

    // MARK: Objects and arrays

    private mutating func checkObject(
        _ members: [JSON.Member], _ value: JSON, _ schema: JSON, _ path: JSONPath, _ depth: Int
    ) throws(ToolReply.Failure) {
        for name in (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue) where value[name] == nil {
            add(path, "lacks '\(name)'")
        }
        if let least = schema["minProperties"]?.integerValue, members.count < least {
            add(path, "must have at least \(least) members")
        }
        if let most = schema["maxProperties"]?.integerValue, members.count > most {
            add(path, "must have at most \(most) members")
        }
        for dependency in (schema["dependentRequired"] ?? schema["dependencies"])?.membersValue ?? []
        where value[dependency.name] != nil {
            for name in (dependency.value.arrayValue ?? []).compactMap(\.stringValue) where value[name] == nil {
                add(path, "lacks '\(name)', which '\(dependency.name)' needs")
            }
        }
        let patterns = schema["patternProperties"]?.membersValue ?? []
        for member in members {
            let place = path.appending(member.name)
            var isKnown = false
            if let part = schema["properties"]?[member.name] {
                isKnown = true
                try check(member.value, part, place, depth + 1)
            }
            for pattern in patterns where try Self.matches(member.name, pattern.name) {
                isKnown = true
                try check(member.value, pattern.value, place, depth + 1)
            }
            if let names = schema["propertyNames"] { try check(.string(member.name), names, place, depth + 1) }
            guard !isKnown, let others = schema["additionalProperties"] else { continue }
            if others.boolValue == false {
                let known = schema["properties"]?.membersValue?.map(\.name) ?? []
                let hint = NearestName.find(member.name, in: known).map { "; did you mean '\($0)'?" } ?? ""
                add(place, "is not allowed\(hint)")
            } else {
                try check(member.value, others, place, depth + 1)
            }
        }
    }

    private mutating func checkArray(
        _ elements: [JSON], _ schema: JSON, _ path: JSONPath, _ depth: Int
    ) throws(ToolReply.Failure) {
        if let least = schema["minItems"]?.integerValue, elements.count < least {
            add(path, "must have at least \(least) elements")
        }
        if let most = schema["maxItems"]?.integerValue, elements.count > most {
            add(path, "must have at most \(most) elements")
        }
        if schema["uniqueItems"]?.boolValue ?? false {
            var seen: Set<String> = []
            for (index, element) in elements.enumerated() where !seen.insert(Self.canonical(element)).inserted {
                add(path.appending(.element(index)), "is there twice")
                break
            }
        }
        let first = schema["prefixItems"]?.arrayValue ?? schema["items"]?.arrayValue ?? []
        let others = schema["items"]?.arrayValue == nil ? schema["items"] : schema["additionalItems"]
        for (index, element) in elements.enumerated() {
            let place = path.appending(.element(index))
            if index < first.count {
                try check(element, first[index], place, depth + 1)
            } else if let others {
                try check(element, others, place, depth + 1)
            }
        }
        if let wanted = schema["contains"] {
            var count: Int64 = 0
            for element in elements where try fits(element, wanted, depth) { count += 1 }
            if count < schema["minContains"]?.integerValue ?? 1 { add(path, "lacks an element that the schema wants") }
            if let most = schema["maxContains"]?.integerValue, count > most {
                add(path, "has more than \(most) elements of a kind")
            }
        }
    }

    /// The same text for values that are the same.
    private static func canonical(_ value: JSON) -> String {
        switch value {
        case .object(let members):
            JSON.object(members.sorted { $0.name < $1.name }.map { .init($0.name, .string(canonical($0.value))) })
                .text()
        case .array(let elements): "[" + elements.map { canonical($0) }.joined(separator: ",") + "]"
        case .integer(let number): NumberFormat.write(Double(number), digits: 17)
        case .number(let number): NumberFormat.write(number, digits: 17)
        case .null, .bool, .string: value.text()
        }
    }

    // MARK: Combinations

    private mutating func checkCombinations(
        _ value: JSON, _ schema: JSON, _ path: JSONPath, _ depth: Int
    ) throws(ToolReply.Failure) {
        for part in schema["allOf"]?.arrayValue ?? [] { try check(value, part, path, depth + 1) }
        if let parts = schema["anyOf"]?.arrayValue {
            var fitting = 0
            for part in parts where try fits(value, part, depth) { fitting += 1 }
            if fitting == 0 { add(path, "fits none of the \(parts.count) forms that are allowed") }
        }
        if let parts = schema["oneOf"]?.arrayValue {
            var fitting = 0
            for part in parts where try fits(value, part, depth) { fitting += 1 }
            if fitting != 1 { add(path, "must fit one of \(parts.count) forms, but fits \(fitting)") }
        }
        if let part = schema["not"], try fits(value, part, depth) { add(path, "has a form that is not allowed") }
        if let condition = schema["if"] {
            let branch = try fits(value, condition, depth) ? schema["then"] : schema["else"]
            if let branch { try check(value, branch, path, depth + 1) }
        }
    }

    private mutating func fits(_ value: JSON, _ schema: JSON, _ depth: Int) throws(ToolReply.Failure) -> Bool {
        let before = problems
        problems = []
        try check(value, schema, .root, depth + 1)
        let isFitting = problems.isEmpty
        problems = before
        return isFitting
    }
}
