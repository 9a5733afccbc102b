internal import AIUJSON
package import AIUWire

/// Finds where the documents of the workspace say something.
package struct TextSearch: Tool {
    package static let name = "text_search"

    private static let mostHits = 20
    private static let mostInFile = 4

    private let root: String
    private let meaning: Meaning

    package init() { self.init(root: ToolConfinement.workspace, meaning: .engine) }

    package init(root: String, meaning: Meaning) {
        self.root = root
        self.meaning = meaning
    }

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        let query = try arguments.requiredText("query")
        let scope = WorkspaceScope(invocation, root: root)
        let terms = SearchTerms(query)
        guard !terms.isEmpty else {
            throw ToolReply.Failure(.invalid, "'\(query.prefix(60))' has no word that could be looked for.")
        }
        var prefix = ""
        if let text = arguments.text("path") {
            let path = try FileChoice(invocation, scope: scope).existing(text)
            if path != scope.root, path.hasPrefix(scope.root + "/") { prefix = scope.display(path) }
        }
        let index = try SearchIndex.open(scope)
        let hits = try find(terms, index, prefix)
        if hits.isEmpty, let near = try byMeaning(query, index, prefix) {
            return reply(query, near, index.fileCount, index.isPartial)
        }
        return reply(query, terms, hits, index.fileCount, index.isPartial)
    }

    private func byMeaning(
        _ query: String, _ index: borrowing SearchIndex, _ prefix: String
    ) throws(ToolReply.Failure) -> MeaningSearch.Found? {
        do throws(SearchError) {
            return try MeaningSearch(meaning: meaning).search(query.unquoted, index, below: prefix)
        } catch {
            throw ToolReply.Failure(.failed, "The documents could not be searched by meaning: \(error).")
        }
    }

    /// What says it exactly, then what has all the words, then what has some.
    private func find(
        _ terms: SearchTerms, _ index: borrowing SearchIndex, _ prefix: String
    ) throws(ToolReply.Failure) -> [SearchIndex.Hit] {
        var hits: [SearchIndex.Hit] = []
        var inFile: [String: Int] = [:]
        for query in terms.queries where hits.count < Self.mostHits {
            // Some of the words are worth nothing where all of them stand together somewhere.
            if query.contains(" OR "), !hits.isEmpty { break }
            do throws(SearchError) {
                for hit in try index.search(query, below: prefix, limit: 200) {
                    guard hits.count < Self.mostHits, inFile[hit.path, default: 0] < Self.mostInFile,
                        !hits.contains(where: { $0.path == hit.path && $0.line == hit.line })
                    else { continue }
                    inFile[hit.path, default: 0] += 1
                    hits.append(hit)
                }
            } catch {
                throw ToolReply.Failure(.failed, "The documents could not be searched: \(error).")
            }
        }
        return hits
    }

    /// Nothing has the words: what is near in meaning is said to be just that, and how many passages were compared.
    private func reply(_ query: String, _ near: MeaningSearch.Found, _ files: Int, _ isPartial: Bool) -> ToolReply {
        var lines: [String] = []
        var values: [JSON] = []
        for hit in near.hits {
            let whole = hit.text.collapsed
            let text = whole.count > 220 ? whole.prefix(219) + "…" : whole
            lines.append("\(hit.path):\(hit.line): \(text)")
            values.append(
                .object([
                    .init("file", .string(hit.path)), .init("line", .integer(Int64(hit.line))),
                    .init("text", .string(text)), .init("score", .number((hit.score * 1000).rounded() / 1000)),
                ]))
        }
        let isWhole = !isPartial && near.compared >= near.passages
        return ToolReply(
            text: lines.joined(separator: "\n"),
            value: .object([
                .init("hits", .array(values)), .init("files", .integer(Int64(files))),
                .init("complete", .bool(isWhole)),
                .init("by", "meaning"), .init("compared", .integer(Int64(near.compared))),
                .init("passages", .integer(Int64(near.passages))),
            ]),
            phrase: .init(
                near.hits.isEmpty ? (isWhole ? "text_search.none" : "text_search.unfinished") : "text_search.meaning",
                [
                    "query": query.unquoted, "files": "\(files)", "count": "\(near.hits.count)",
                    "compared": "\(near.compared)",
                    "passages": "\(near.passages)", "results": lines.joined(separator: "\n"),
                ]))
    }

    private func reply(
        _ query: String, _ terms: SearchTerms, _ hits: [SearchIndex.Hit], _ files: Int, _ isPartial: Bool
    ) -> ToolReply {
        var lines: [String] = []
        var values: [JSON] = []
        for hit in hits {
            let (offset, text) = terms.best(in: hit.text)
            lines.append("\(hit.path):\(hit.line + offset): \(text)")
            values.append(
                .object([
                    .init("file", .string(hit.path)), .init("line", .integer(Int64(hit.line + offset))),
                    .init("text", .string(text)), .init("score", .number((hit.score * 1000).rounded() / 1000)),
                ]))
        }
        return ToolReply(
            text: lines.joined(separator: "\n"),
            value: .object([
                .init("hits", .array(values)), .init("files", .integer(Int64(files))),
                .init("complete", .bool(!isPartial)), .init("by", "words"),
            ]),
            phrase: .init(
                hits.isEmpty ? "text_search.none" : "text_search.found",
                [
                    "query": query.unquoted, "count": "\(hits.count)", "files": "\(files)",
                    "results": lines.joined(separator: "\n"),
                ]))
    }
}
