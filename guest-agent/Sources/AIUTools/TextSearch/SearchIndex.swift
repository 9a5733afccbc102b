internal import AIUSystem
internal import AIUWire
internal import Glibc

/// An index of what the files of the workspace say, brought up to date before every search.
struct SearchIndex: ~Copyable {
    /// Larger files are data, not documents.
    private static let largestFile: Int64 = 8 << 20
    private static let mostText: Int64 = 512 << 20
    /// Text of one passage; words that stand further apart are not found together.
    private static let passageBytes = 1500
    /// What is not read by then is read at the next search.
    private static let budget = Duration.seconds(60)

    let database: SearchDatabase
    private let root: String
    /// Some files were left out.
    private(set) var isPartial = false
    private(set) var fileCount = 0

    private init(_ database: consuming SearchDatabase, root: String) {
        self.database = database
        self.root = root
    }

    /// Opens the index of a workspace and reads what is new; a broken one is made again.
    static func open(_ scope: WorkspaceScope) throws(ToolReply.Failure) -> SearchIndex {
        let path = place(in: scope.root)
        do throws(SearchError) {
            return try attempt(path, scope.root)
        } catch {
            guard error.isDamage else { throw failure(error) }
        }
        // What cannot be removed cannot be opened either, and that will be said.
        try? Files.remove(path)
        do throws(SearchError) { return try attempt(path, scope.root) } catch { throw failure(error) }
    }

    private static func failure(_ error: SearchError) -> ToolReply.Failure {
        ToolReply.Failure(.failed, "The documents of the workspace could not be indexed: \(error).")
    }

    /// In the workspace's cache; where nothing can be written, for this search only.
    private static func place(in root: String) -> String {
        let folder = "\(root)/.cache/aiu"
        do throws(SystemError) {
            try Files.makeFolder(folder)
            guard unsafe access(folder, W_OK) == 0 else { throw SystemError("write", folder, code: .current) }
            return "\(folder)/search.db"
        } catch {
            return "\(TemporaryFolder.current)/search.db"
        }
    }

    private static func attempt(_ path: String, _ root: String) throws(SearchError) -> SearchIndex {
        let database = try SearchDatabase(path)
        try database.prepare()
        var index = SearchIndex(database, root: root)
        try index.update()
        return index
    }

    // MARK: Keeping up to date

    private struct Known {
        let size: Int64
        let modified: Int64
        let nanoseconds: Int64
        let first: Int64
        let count: Int64
    }

    private mutating func update() throws(SearchError) {
        let (entries, isCut) = WorkspaceWalk(root).entries()
        isPartial = isCut
        var known = try knownFiles()
        try database.run("BEGIN IMMEDIATE")
        let clock = ContinuousClock()
        let end = clock.now + Self.budget
        var next = try nextRow()
        var total: Int64 = 0
        let insert = try SearchStatement(database, "INSERT INTO passages(rowid, text, path, line) VALUES (?, ?, ?, ?)")
        let remember = try SearchStatement(database, "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)")
        for entry in entries where !entry.isFolder && !entry.isLink && entry.size > 0 {
            if let file = known.removeValue(forKey: entry.relative) {
                if file.size == entry.size, file.modified == entry.modified, file.nanoseconds == entry.nanoseconds {
                    fileCount += file.count > 0 ? 1 : 0
                    total += file.count > 0 ? file.size : 0
                    continue
                }
                try remove(entry.relative, file)
            }
            guard clock.now < end, total < Self.mostText else {
                isPartial = true
                continue
            }
            let first = next
            if entry.size <= Self.largestFile { try add(entry, insert, &next) } else { isPartial = true }
            remember.bind(1, entry.relative)
            for (place, number) in [entry.size, entry.modified, entry.nanoseconds, first, next - first].enumerated() {
                remember.bind(Int32(place + 2), number)
            }
            try remember.run()
            if next > first {
                fileCount += 1
                total += entry.size
            }
        }
        for (path, file) in known { try remove(path, file) }
        try database.run("COMMIT")
    }

    private func knownFiles() throws(SearchError) -> [String: Known] {
        let statement = try SearchStatement(
            database, "SELECT path, size, modified, nanoseconds, first, count FROM files")
        var files: [String: Known] = [:]
        while try statement.step() {
            files[statement.text(0)] = Known(
                size: statement.integer(1), modified: statement.integer(2), nanoseconds: statement.integer(3),
                first: statement.integer(4), count: statement.integer(5))
        }
        return files
    }

    private func nextRow() throws(SearchError) -> Int64 {
        let statement = try SearchStatement(database, "SELECT coalesce(max(first + count), 1) FROM files")
        return try statement.step() ? max(1, statement.integer(0)) : 1
    }

    private func remove(_ path: String, _ file: Known) throws(SearchError) {
        if file.count > 0 {
            let statement = try SearchStatement(database, "DELETE FROM passages WHERE rowid >= ? AND rowid < ?")
            statement.bind(1, file.first)
            statement.bind(2, file.first + file.count)
            try statement.run()
            let meanings = try SearchStatement(database, "DELETE FROM meanings WHERE passage >= ? AND passage < ?")
            meanings.bind(1, file.first)
            meanings.bind(2, file.first + file.count)
            try meanings.run()
        }
        let statement = try SearchStatement(database, "DELETE FROM files WHERE path = ?")
        statement.bind(1, path)
        try statement.run()
    }

    /// Adds the passages of a file; one that holds no text has none.
    private func add(
        _ entry: WorkspaceWalk.Entry, _ insert: borrowing SearchStatement, _ next: inout Int64
    ) throws(SearchError) {
        var passage: [UInt8] = []
        var start = 1
        func flush(_ next: inout Int64) throws(SearchError) {
            guard passage.contains(where: { $0 > 0x20 }) else {
                passage = []
                return
            }
            insert.bind(1, next)
            insert.bind(2, TextEncoding.text(passage))
            insert.bind(3, entry.relative)
            insert.bind(4, Int64(start))
            try insert.run()
            next += 1
            passage.removeAll(keepingCapacity: true)
        }
        // A file that is no text, or went away meanwhile, is not found: nothing to tell.
        guard var reader = try? LineReader(path: entry.path, name: entry.relative) else { return }
        while true {
            var isBlank = true
            // One that breaks off is found by what was read of it.
            let hasLine =
                (try? reader.next { line in
                    unsafe line.withUnsafeBufferPointer { bytes in
                        isBlank = unsafe !bytes.contains { $0 > 0x20 }
                        unsafe passage.append(contentsOf: bytes)
                    }
                    passage.append(0x0A)
                }) ?? false
            guard hasLine else { break }
            if isBlank || passage.count > Self.passageBytes {
                try flush(&next)
                start = reader.number + 1
            }
        }
        try flush(&next)
    }

    // MARK: Searching

    /// A passage that fits.
    struct Hit: Sendable {
        let path: String
        let line: Int
        let text: String
        let score: Double
    }

    /// The best passages for a query in FTS5's language.
    func search(_ query: String, below prefix: String, limit: Int) throws(SearchError) -> [Hit] {
        let statement = try SearchStatement(
            database,
            """
            SELECT path, line, text, bm25(passages) FROM passages
            WHERE passages MATCH ? AND (? = '' OR path = ? OR substr(path, 1, length(?) + 1) = ? || '/')
            ORDER BY bm25(passages), rowid LIMIT ?
            """)
        statement.bind(1, query)
        for place in 2...5 { statement.bind(Int32(place), prefix) }
        statement.bind(6, Int64(limit))
        var hits: [Hit] = []
        while try statement.step() {
            hits.append(
                Hit(
                    path: statement.text(0), line: Int(statement.integer(1)), text: statement.text(2),
                    score: -statement.number(3)))
        }
        return hits
    }
}
