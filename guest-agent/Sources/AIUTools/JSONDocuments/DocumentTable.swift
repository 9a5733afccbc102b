internal import AIUJSON
internal import AIUWire

/// A document as a table: objects become rows, what is nested in them columns such as `address.city`.
struct DocumentTable {
    private static let mostColumns = 2000

    private(set) var columns: [String] = []
    private(set) var rows: [[String]] = []

    init(_ json: JSON, name: String) throws(ToolReply.Failure) {
        var places: [String: Int] = [:]
        for element in Self.elements(of: json) {
            var row = [String](repeating: "", count: columns.count)
            var cells: [(String, JSON)] = []
            Self.flatten(element, "", &cells)
            for (column, value) in cells {
                if places[column] == nil {
                    guard columns.count < Self.mostColumns else {
                        throw ToolReply.Failure(.tooLarge, "\(name) would have more than \(Self.mostColumns) columns.")
                    }
                    places[column] = columns.count
                    columns.append(column)
                }
                let place = places[column] ?? 0
                while row.count <= place { row.append("") }
                row[place] = Self.text(value)
            }
            rows.append(row)
        }
        guard !columns.isEmpty else {
            throw ToolReply.Failure(.invalid, "\(name) has nothing that could be the rows of a table.")
        }
        rows = rows.map { $0 + [String](repeating: "", count: columns.count - $0.count) }
    }

    /// The rows: an array, the only array in an object, or the members of an object of objects.
    private static func elements(of json: JSON) -> [JSON] {
        if let elements = json.arrayValue { return elements }
        guard let members = json.membersValue else { return [json] }
        let arrays = members.filter { $0.value.arrayValue?.first?.membersValue != nil }
        if arrays.count == 1, let elements = arrays[0].value.arrayValue { return elements }
        if members.count > 1, members.allSatisfy({ $0.value.membersValue != nil }) {
            return members.map { .object([.init("key", .string($0.name))] + ($0.value.membersValue ?? [])) }
        }
        return [json]
    }

    private static func flatten(_ json: JSON, _ prefix: String, _ cells: inout [(String, JSON)]) {
        if let members = json.membersValue, !members.isEmpty {
            for member in members {
                flatten(member.value, prefix.isEmpty ? member.name : "\(prefix).\(member.name)", &cells)
            }
        } else if let elements = json.arrayValue, prefix.isEmpty {
            for (index, element) in elements.enumerated() { cells.append(("column \(index + 1)", element)) }
        } else {
            cells.append((prefix.isEmpty ? "value" : prefix, json))
        }
    }

    private static func text(_ json: JSON) -> String {
        switch json {
        case .null: ""
        case .string(let text): text
        case .array(let elements) where elements.allSatisfy({ $0.arrayValue == nil && $0.membersValue == nil }):
            elements.map { text($0) }.joined(separator: "; ")
        case .bool, .integer, .number, .array, .object: json.text()
        }
    }

    var text: String { CSVText.table([columns] + rows) }
}
