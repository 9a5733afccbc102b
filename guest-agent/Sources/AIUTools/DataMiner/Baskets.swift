package import AIUWire

/// What belongs together in a table: the items of a cell, of a row, or of all rows with the same key.
package struct Baskets: Sendable {
    package private(set) var baskets: [[Int]] = []
    package private(set) var names: [String] = []
    private var numbers: [String: Int] = [:]

    private static let mostBaskets = 500_000
    private static let mostNames = 20_000
    private static let mostCategories = 60
    private static let sampledRows = 200
    private static let separators: [Character] = [";", "|", ",", "+"]
    private static let keyWords = [
        "id", "order", "basket", "transaction", "invoice", "customer", "receipt", "bestell", "commande", "pedido",
        "ordine", "klient", "user", "session", "cart",
    ]

    package init(_ table: Table, columns: [Int]) throws(ToolReply.Failure) {
        let sample = try Self.sample(table)
        if table.columns.count == 1, sample.contains(where: { $0.count > 1 }) {
            // One name over lists: what parts the items parts the columns, too.
            try read(table) { row in row }
        } else if columns.count == 1, let separator = Self.separator(of: columns[0], sample) {
            try read(table) { row in row[columns[0]].split(separator: separator).map { String($0) } }
        } else if columns.count == 1, let key = Self.key(table, besides: columns[0], sample) {
            try group(table, key: key, item: columns[0])
        } else if columns.isEmpty {
            try guess(table, sample)
        } else if columns.count == 2, let key = columns.first(where: { Self.looksLikeKey($0, table, sample) }) {
            try group(table, key: key, item: columns[0] == key ? columns[1] : columns[0])
        } else {
            guard columns.count > 1 else {
                throw ToolReply.Failure(
                    .invalid,
                    "'\(table.names[columns[0]])' alone has one thing a row; name several columns, or one with lists such as \"bread; milk\"."
                )
            }
            try categories(table, columns)
        }
    }

    private mutating func guess(_ table: Table, _ sample: [[String]]) throws(ToolReply.Failure) {
        let texts = table.columns.indices.filter { table.columns[$0].kind == .text }
        if let column = texts.first(where: { Self.separator(of: $0, sample) != nil }),
            let separator = Self.separator(of: column, sample)
        {
            try read(table) { row in row[column].split(separator: separator).map { String($0) } }
        } else if table.columns.count == 2, let key = [0, 1].first(where: { Self.looksLikeKey($0, table, sample) }) {
            try group(table, key: key, item: 1 - key)
        } else if !table.hasHeader {
            // Every row is a shopping list.
            try read(table) { row in row }
        } else {
            let few = texts.filter { column in
                Set(sample.compactMap { column < $0.count ? $0[column] : nil }).count <= Self.mostCategories
            }
            guard few.count >= 2 else {
                throw ToolReply.Failure(
                    .invalid,
                    "'\(table.name)' has no columns whose values could occur together; name them with `column`.")
            }
            try categories(table, few)
        }
    }

    private static func sample(_ table: Table) throws(ToolReply.Failure) -> [[String]] {
        var reader = try table.rows()
        var rows: [[String]] = []
        while rows.count < sampledRows, try reader.advance() { rows.append(reader.texts()) }
        return rows
    }

    private static func separator(of column: Int, _ sample: [[String]]) -> Character? {
        let cells = sample.compactMap { column < $0.count ? $0[column] : nil }
        return separators.first { mark in cells.count { $0.contains(mark) } * 3 >= max(1, cells.count) }
    }

    private static func key(_ table: Table, besides item: Int, _ sample: [[String]]) -> Int? {
        table.columns.indices.first { $0 != item && looksLikeKey($0, table, sample) }
    }

    /// Named like one, and with values that come again.
    private static func looksLikeKey(_ column: Int, _ table: Table, _ sample: [[String]]) -> Bool {
        let words = Folding.words(table.names[column])
        let cells = sample.compactMap { column < $0.count ? $0[column] : nil }
        let repeats = Set(cells).count < cells.count
        return repeats && words.contains { word in keyWords.contains { word.hasPrefix($0) } }
    }

    private mutating func number(_ name: String) -> Int? {
        if let known = numbers[name] { return known }
        guard names.count < Self.mostNames else { return nil }
        numbers[name] = names.count
        names.append(name)
        return names.count - 1
    }

    private mutating func read(_ table: Table, _ items: ([String]) -> [String]) throws(ToolReply.Failure) {
        var reader = try table.rows()
        while baskets.count < Self.mostBaskets, try reader.advance() {
            var row = reader.texts()
            while row.count < table.columns.count { row.append("") }
            add(items(row))
        }
    }

    private mutating func add(_ items: [String]) {
        var basket: Set<Int> = []
        for item in items {
            let name = String(item.trimmed)
            if !name.isEmpty, let number = number(name) { basket.insert(number) }
        }
        if !basket.isEmpty { baskets.append(basket.sorted()) }
    }

    private mutating func group(_ table: Table, key: Int, item: Int) throws(ToolReply.Failure) {
        var reader = try table.rows()
        var places: [String: Int] = [:]
        var groups: [Set<Int>] = []
        while try reader.advance() {
            let name = String(reader.text(item).trimmed)
            guard !name.isEmpty, let number = number(name) else { continue }
            let key = reader.text(key)
            if let place = places[key] {
                groups[place].insert(number)
            } else if groups.count < Self.mostBaskets {
                places[key] = groups.count
                groups.append([number])
            }
        }
        baskets = groups.map { $0.sorted() }
    }

    private mutating func categories(_ table: Table, _ columns: [Int]) throws(ToolReply.Failure) {
        try read(table) { row in
            columns.compactMap { row[$0].trimmed.isEmpty ? nil : "\(table.names[$0]) = \(row[$0].trimmed)" }
        }
    }
}
