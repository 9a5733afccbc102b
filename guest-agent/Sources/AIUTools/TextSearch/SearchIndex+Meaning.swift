/// What passages mean to the embedding model.
extension SearchIndex {
    /// From now on meanings are those of this model: what another one said is dropped.
    func use(space: String) throws(SearchError) {
        let statement = try SearchStatement(database, "SELECT name FROM space")
        if try statement.step(), statement.text(0) == space { return }
        try database.run("DELETE FROM meanings; DELETE FROM space;")
        let insert = try SearchStatement(database, "INSERT INTO space VALUES (?)")
        insert.bind(1, space)
        try insert.run()
    }

    /// Passages whose meaning is not known, the beginnings of all documents first; with those that are known below the
    /// prefix no more than `most`.
    func passagesWithoutMeaning(below prefix: String, most: Int) throws(SearchError) -> [Int64] {
        let known = try SearchStatement(database, "SELECT passage FROM \(Self.meaningsBelow)")
        for place in 1...4 { known.bind(Int32(place), prefix) }
        var rows: Set<Int64> = []
        while try known.step() { rows.insert(known.integer(0)) }
        var documents: [(first: Int64, count: Int64)] = []
        let files = try SearchStatement(
            database, "SELECT first, count FROM files WHERE count > 0 AND \(Self.isBelow) ORDER BY path")
        for place in 1...4 { files.bind(Int32(place), prefix) }
        while try files.step() { documents.append((files.integer(0), files.integer(1))) }
        var wanted: [Int64] = []
        var offset: Int64 = 0
        while !documents.isEmpty, wanted.count + rows.count < most {
            documents.removeAll { $0.count <= offset }
            for document in documents where !rows.contains(document.first + offset) {
                guard wanted.count + rows.count < most else { break }
                wanted.append(document.first + offset)
            }
            offset += 1
        }
        return wanted
    }

    func text(of passage: Int64) throws(SearchError) -> String {
        let statement = try SearchStatement(database, "SELECT text FROM passages WHERE rowid = ?")
        statement.bind(1, passage)
        return try statement.step() ? statement.text(0) : ""
    }

    /// Where these are too many together, those of other folders make room.
    func keep(
        _ meanings: [(row: Int64, vector: [Float])], below prefix: String, most: Int
    ) throws(SearchError) {
        try database.run("BEGIN IMMEDIATE")
        let statement = try SearchStatement(database, "INSERT OR REPLACE INTO meanings VALUES (?, ?)")
        for meaning in meanings {
            statement.bind(1, meaning.row)
            statement.bind(2, meaning.vector)
            try statement.run()
        }
        let count = try SearchStatement(database, "SELECT count(*) FROM meanings")
        let tooMany = try count.step() ? count.integer(0) - Int64(most) : 0
        if tooMany > 0 {
            let others = try SearchStatement(
                database,
                """
                DELETE FROM meanings WHERE passage IN (
                    SELECT passage FROM meanings EXCEPT SELECT passage FROM \(Self.meaningsBelow) LIMIT ?)
                """)
            for place in 1...4 { others.bind(Int32(place), prefix) }
            others.bind(5, tooMany)
            try others.run()
        }
        try database.run("COMMIT")
    }

    func meanings(below prefix: String) throws(SearchError) -> [(row: Int64, vector: [Float])] {
        let statement = try SearchStatement(database, "SELECT passage, vector FROM \(Self.meaningsBelow)")
        for place in 1...4 { statement.bind(Int32(place), prefix) }
        var meanings: [(row: Int64, vector: [Float])] = []
        while try statement.step() { meanings.append((statement.integer(0), statement.floats(1))) }
        return meanings
    }

    func passageCount(below prefix: String) throws(SearchError) -> Int {
        let statement = try SearchStatement(
            database, "SELECT coalesce(sum(count), 0) FROM files WHERE \(Self.isBelow)")
        for place in 1...4 { statement.bind(Int32(place), prefix) }
        return try statement.step() ? Int(statement.integer(0)) : 0
    }

    func hit(_ passage: Int64, score: Double) throws(SearchError) -> Hit? {
        let statement = try SearchStatement(database, "SELECT path, line, text FROM passages WHERE rowid = ?")
        statement.bind(1, passage)
        guard try statement.step() else { return nil }
        return Hit(
            path: statement.text(0), line: Int(statement.integer(1)), text: statement.text(2), score: score)
    }

    /// A cross join is done in this order: each file's meanings are found by its first passage.
    private static let meaningsBelow =
        "files CROSS JOIN meanings ON passage >= first AND passage < first + count WHERE count > 0 AND \(isBelow)"

    /// Everything is below the empty path.
    private static let isBelow = "(? = '' OR path = ? OR substr(path, 1, length(?) + 1) = ? || '/')"
}
