internal import AIUJSON
internal import AIUSystem
package import AIUWire

/// Reads, checks, formats and edits JSON documents.
package struct JSONTool: Tool {
    package static let name = "json"

    /// As in the tool's arguments.
    enum Operation: String, CaseIterable, Sendable {
        case get, keys, count, set, delete, validate, format
        case toCSV = "to_csv"
    }

    private static let limits = JSONLimits(maxBytes: TextFile.longest, maxDepth: 512, maxMembers: 3_000_000)
    private static let shownText = 4000

    private let root: String

    package init() { self.init(root: ToolConfinement.workspace) }

    package init(root: String) { self.root = root }

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        let operation = try arguments.requiredChoice("operation", Operation.self)
        let scope = WorkspaceScope(invocation, root: root)
        let choice = FileChoice(invocation, scope: scope)
        let source = try Source(arguments, choice)
        if operation == .validate { return try validate(source, arguments, choice) }
        if operation == .get || operation == .count, let program = arguments.text("path"), Self.isProgram(program) {
            return try filter(source, program, invocation)
        }
        let search = DocumentSearch(document: try source.parse(), name: source.name)
        switch operation {
        case .get: return try get(search, arguments.text("path"))
        case .keys: return try keys(search, arguments.text("path"))
        case .count: return try count(search, arguments.text("path"))
        case .set, .delete: return try edit(search, source, operation, arguments)
        case .format:
            let text = DocumentStyle.plain.text(search.document)
            return ToolReply(
                text: text, phrase: .init("json.format", ["file": source.name, "text": Self.shown(text)]))
        case .toCSV: return try toCSV(search, arguments.text("path"))
        case .validate: return try validate(source, arguments, choice)
        }
    }

    /// Where the document comes from.
    private struct Source {
        let name: String
        /// Nil for one that is in the prompt.
        let path: String?
        let bytes: [UInt8]

        init(_ arguments: Arguments, _ choice: FileChoice) throws(ToolReply.Failure) {
            if arguments.text("file") == nil, let text = arguments.text("text") {
                name = "JSON"
                path = nil
                bytes = Array(text.utf8)
                return
            }
            let file = try choice.file(arguments.text("file"), .json)
            name = file.name
            path = file.path
            bytes = Array(try TextFile.read(file.path, name: file.name).utf8)
        }

        /// The document; of a file with one value a line, the list of them.
        func parse() throws(ToolReply.Failure) -> JSON {
            do throws(JSONError) {
                return try JSON(parsing: bytes, limits: JSONTool.limits)
            } catch {
                if let lines = lines() { return lines }
                throw ToolReply.Failure(.damaged, "\(name) is not valid JSON: \(error).")
            }
        }

        private func lines() -> JSON? {
            var values: [JSON] = []
            for line in bytes.split(separator: 0x0A) where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 })
            {
                // What is no list of values is refused as the one value that it is not.
                guard let value = try? JSON(parsing: Array(line), limits: JSONTool.limits) else { return nil }
                values.append(value)
            }
            return values.count > 1 ? .array(values) : nil
        }
    }

    private func get(_ search: DocumentSearch, _ path: String?) throws(ToolReply.Failure) -> ToolReply {
        let places = try search.find(path)
        let values = places.map { search.value(at: $0) }
        let value = values.count == 1 ? values[0] : .array(values)
        let text = Self.text(value)
        return ToolReply(
            text: text, value: value,
            phrase: .init(
                "json.get",
                [
                    "path": places.count == 1 && !places[0].isRoot ? "\(places[0])" : path?.unquoted ?? search.name,
                    "value": Self.shown(text), "file": search.name,
                ]))
    }

    private func keys(_ search: DocumentSearch, _ path: String?) throws(ToolReply.Failure) -> ToolReply {
        var names: [String] = []
        var seen: Set<String> = []
        for place in try search.find(path) {
            let value = search.value(at: place)
            let objects = value.membersValue == nil ? Array((value.arrayValue ?? []).prefix(1000)) : [value]
            for object in objects {
                for member in object.membersValue ?? [] where seen.insert(member.name).inserted {
                    names.append(member.name)
                }
            }
        }
        guard !names.isEmpty else {
            throw ToolReply.Failure(.invalid, "\(path ?? search.name) is no object, so it has no keys.")
        }
        return ToolReply(
            text: names.joined(separator: "\n"), value: .array(names.map { .string($0) }),
            phrase: .init(
                "json.keys",
                [
                    "path": path?.unquoted ?? search.name, "count": "\(names.count)",
                    "keys": ColumnChoice.list(names, atMost: 60),
                ]))
    }

    private func count(_ search: DocumentSearch, _ path: String?) throws(ToolReply.Failure) -> ToolReply {
        let places = try search.find(path)
        var count = places.count
        if places.count == 1 {
            let value = search.value(at: places[0])
            count = value.arrayValue?.count ?? value.membersValue?.count ?? 1
            // `how many objects are in data.json` is about the list in it.
            if path == nil, let members = value.membersValue, members.count == 1, let only = members[0].value.arrayValue
            {
                count = only.count
            }
        }
        return ToolReply(
            text: "\(count)", value: .object([.init("count", .integer(Int64(count)))]),
            phrase: .init("json.count", ["path": path?.unquoted ?? search.name, "count": "\(count)"]))
    }

    private func edit(
        _ search: DocumentSearch, _ source: Source, _ operation: Operation, _ arguments: Arguments
    ) throws(ToolReply.Failure) -> ToolReply {
        let path = try arguments.requiredText("path")
        if let number = DocumentNumbers.changed(in: source.bytes) {
            throw ToolReply.Failure(
                .invalid, "\(source.name) holds the number \(number), which writing the file anew would change.")
        }
        var places: [JSONPath]
        do throws(ToolReply.Failure) {
            places = try search.find(path)
        } catch {
            guard operation == .set, error.reason == .notFound, let place = newPlace(path, search) else { throw error }
            places = [place]
        }
        if places == [.root] { throw ToolReply.Failure(.invalid, "Say which field of \(source.name) is meant.") }
        guard places.count == 1 || operation == .delete else {
            throw ToolReply.Failure(
                .invalid, "'\(path)' could be \(ColumnChoice.list(places.map { "\($0)" }, atMost: 6)); say which.")
        }
        var document = search.document
        var value: JSON?
        if operation == .set {
            let text = if let given = arguments.rawText("value") { given } else { try arguments.requiredText("value") }
            let old = search.value(at: places[0])
            value = DocumentEdit.value(text, insteadOf: old.isNull ? nil : old)
        }
        // From the end, so that the places of what is left stay right.
        for place in places.reversed() { document = DocumentEdit.replacing(document, place.steps[...], with: value) }
        let text = DocumentStyle(of: source.bytes).text(document)
        let names = ColumnChoice.list(places.map { "\($0)" }, atMost: 6)
        let phrase = ToolReply.Phrase(
            "json.\(operation.rawValue)",
            ["path": names, "value": value.map { Self.shown(Self.text($0)) } ?? "", "file": source.name])
        guard let file = source.path else { return ToolReply(text: text, value: document, phrase: phrase) }
        do throws(SystemError) {
            try Files.replace(file, with: Array(text.utf8), mode: 0o644)
        } catch {
            throw TextFile.failure(error, name: source.name)
        }
        return ToolReply(
            text: value.map { Self.text($0) } ?? names,
            value: .object([.init("path", .string(names)), .init("value", value ?? .null)]), phrase: phrase,
            files: [file])
    }

    /// Where a field that is not there yet shall be: all but its last step exists.
    private func newPlace(_ path: String, _ search: DocumentSearch) -> JSONPath? {
        var steps = DocumentPath(path).steps
        guard case .name(let name)? = steps.popLast() else { return nil }
        var place = JSONPath.root
        var value = search.document
        for step in steps {
            switch step {
            case .name(let next):
                place = place.appending(next)
                value = value[next] ?? .emptyObject
            case .index(let index):
                guard let element = value[index] else { return nil }
                place = place.appending(.element(index))
                value = element
            case .all, .anywhere: return nil
            }
        }
        return value.membersValue == nil ? nil : place.appending(name)
    }

    private func validate(
        _ source: Source, _ arguments: Arguments, _ choice: FileChoice
    ) throws(ToolReply.Failure) -> ToolReply {
        var problems: [String] = []
        var schemaName = ""
        var document: JSON?
        do throws(JSONError) { document = try JSON(parsing: source.bytes, limits: Self.limits) } catch {
            problems = ["\(error)"]
        }
        if let document, let text = arguments.text("schema") {
            let result = try Self.check(document, text, choice)
            problems = result.problems
            schemaName = result.name
        }
        let isValid = problems.isEmpty
        let kind = schemaName.isEmpty ? "" : ".schema"
        return ToolReply(
            text: isValid ? "valid" : problems.joined(separator: "\n"),
            value: .object([
                .init("valid", .bool(isValid)), .init("problems", .array(problems.map { .string($0) })),
            ]),
            phrase: .init(
                isValid ? "json.valid\(kind)" : "json.invalid\(kind)",
                [
                    "file": source.name, "schema": schemaName, "count": "\(problems.count)",
                    "problems": problems.prefix(20).joined(separator: "\n"),
                ]))
    }

    private static func check(
        _ document: JSON, _ text: String, _ choice: FileChoice
    ) throws(ToolReply.Failure) -> (problems: [String], name: String) {
        let file = try choice.file(text, .json)
        let bytes = Array(try TextFile.read(file.path, name: file.name).utf8)
        let schema: JSON
        do throws(JSONError) { schema = try JSON(parsing: bytes, limits: limits) } catch {
            throw ToolReply.Failure(.damaged, "The schema \(file.name) is not valid JSON: \(error).")
        }
        return (try SchemaCheck.problems(of: document, by: schema).map(\.text), file.name)
    }

    private func toCSV(_ search: DocumentSearch, _ path: String?) throws(ToolReply.Failure) -> ToolReply {
        let places = try search.find(path)
        let value = places.count == 1 ? search.value(at: places[0]) : .array(places.map { search.value(at: $0) })
        let table = try DocumentTable(value, name: search.name)
        return ToolReply(
            text: table.text,
            phrase: .init(
                "json.to_csv",
                ["file": search.name, "rows": "\(table.rows.count)", "columns": "\(table.columns.count)"]))
    }

    // MARK: jq

    /// More than a path: a program for jq.
    private static func isProgram(_ text: String) -> Bool {
        text.contains("|") || (text.hasPrefix(".") && text.contains(where: { "({?".contains($0) }))
            || ((text.hasPrefix("[") || text.hasPrefix("{")) && text.contains("."))
    }

    private func filter(
        _ source: Source, _ program: String, _ invocation: ToolInvocation
    ) throws(ToolReply.Failure) -> ToolReply {
        var engine = Engine("/usr/bin/jq", ["-r", program.unquoted])
        engine.input = source.bytes
        let outcome = try engine.run()
        guard outcome.succeeded else {
            let why = outcome.timedOut ? "it took too long" : String(outcome.errorText.prefix(300)).collapsed
            throw ToolReply.Failure(.invalid, "'\(program.prefix(80))' could not be applied to \(source.name): \(why).")
        }
        var text = outcome.text
        if text.last == "\n" { text.removeLast() }
        return ToolReply(
            text: text, phrase: .init("json.get", ["path": program, "value": Self.shown(text), "file": source.name]))
    }

    /// A text bare, a list of scalars as lines, anything else as JSON.
    private static func text(_ value: JSON) -> String {
        if let text = value.stringValue { return text }
        if let elements = value.arrayValue, !elements.isEmpty,
            elements.allSatisfy({ $0.arrayValue == nil && $0.membersValue == nil })
        {
            return elements.map { text($0) }.joined(separator: "\n")
        }
        return DocumentStyle.plain.text(value)
    }

    private static func shown(_ text: String) -> String {
        text.count > shownText ? text.prefix(shownText) + "…" : text
    }
}
