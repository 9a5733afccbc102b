internal import AIUJSON
package import AIUWire

/// Says whether a text, or each text in a column of a table, is positive, negative or neutral.
package struct Sentiment: Tool {
    package static let name = "sentiment"

    private static let longest = 8 << 20
    private static let mostExamples = 3

    private let root: String

    package init() { self.init(root: ToolConfinement.workspace) }

    package init(root: String) { self.root = root }

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        let preferred = invocation.languages.first ?? "en"
        if arguments.text("file") == nil, let text = arguments.text("text") {
            return document(text, name: nil, preferred)
        }
        let scope = WorkspaceScope(invocation, root: root)
        let column = arguments.text("column")
        let file = try FileChoice(invocation, scope: scope).file(
            arguments.text("file"), column == nil ? .texts : .table)
        if column != nil || FileKind.table.fits(file.name) {
            return try table(try Table(path: file.path, name: file.name), column, preferred)
        }
        let text = PlainText.of(try TextFile.read(file.path, name: file.name, limit: Self.longest), name: file.name)
        guard text.contains(where: \.isLetter) else {
            throw ToolReply.Failure(.invalid, "'\(file.name)' has no text in it.")
        }
        return document(text, name: file.name, preferred)
    }

    private func document(_ text: String, name: String?, _ preferred: String) -> ToolReply {
        let language = SentimentScore.language(of: text, preferred: preferred)
        let scoring = SentimentScore(language: language)
        let score = scoring.score(text)
        let label = SentimentScore.label(score)
        let sentences = SentenceSplitter.split(text)
        var counts: [SentimentScore.Label: Int] = [:]
        for sentence in sentences { counts[SentimentScore.label(scoring.sentence(sentence)), default: 0] += 1 }
        return ToolReply(
            text: label.rawValue,
            value: .object(
                [
                    .init("label", .string(label.rawValue)), .init("score", .number(Self.rounded(score))),
                    .init("language", .string(language)),
                ] + SentimentScore.Label.allCases.map { .init($0.rawValue, .integer(Int64(counts[$0, default: 0]))) }),
            phrase: .init(
                "sentiment.\(label.rawValue)\(name == nil ? "" : ".file")",
                ["score": NumberFormat.write(Self.rounded(score)), "file": name ?? ""]))
    }

    private func table(_ table: Table, _ text: String?, _ preferred: String) throws(ToolReply.Failure) -> ToolReply {
        let column = if let text { try table.column(text) } else { try textColumn(of: table) }
        var reader = try table.rows()
        var sample = ""
        while sample.utf8.count < 20_000, try reader.advance() { sample += reader.text(column) + " " }
        let scoring = SentimentScore(language: SentimentScore.language(of: sample, preferred: preferred))
        reader = try table.rows()
        var counts: [SentimentScore.Label: Int] = [:]
        var rows = 0
        var sum = 0.0
        var best: [(score: Double, text: String)] = []
        var worst: [(score: Double, text: String)] = []
        while try reader.advance() {
            if TableNumber.isMissing(reader.field(column)) { continue }
            let text = reader.text(column)
            let score = scoring.score(String(text.prefix(20_000)))
            rows += 1
            sum += score
            counts[SentimentScore.label(score), default: 0] += 1
            Self.keep((score, text), in: &best) { $0 > $1 }
            Self.keep((score, text), in: &worst) { $0 < $1 }
        }
        guard rows > 0 else {
            throw ToolReply.Failure(.invalid, "'\(table.columns[column].name)' of \(table.name) holds no texts.")
        }
        func percent(_ label: SentimentScore.Label) -> String {
            NumberFormat.write((Double(counts[label, default: 0]) * 1000 / Double(rows)).rounded() / 10)
        }
        let labels = SentimentScore.Label.allCases
        return ToolReply(
            text: CSVText.table(
                [["sentiment", "rows", "percent"]]
                    + labels.map { [$0.rawValue, "\(counts[$0, default: 0])", percent($0)] }),
            value: .object(
                [
                    .init("column", .string(table.columns[column].name)), .init("rows", .integer(Int64(rows))),
                    .init("average", .number(Self.rounded(sum / Double(rows)))),
                    .init("language", .string(scoring.language)),
                ] + labels.map { .init($0.rawValue, .integer(Int64(counts[$0, default: 0]))) }
                    + [
                        .init("mostPositive", .array(best.map { .string(String($0.text.prefix(300))) })),
                        .init("mostNegative", .array(worst.map { .string(String($0.text.prefix(300))) })),
                    ]),
            phrase: .init(
                "sentiment.table",
                [
                    "column": table.columns[column].name, "file": table.name, "count": "\(rows)",
                    "positive": percent(.positive), "negative": percent(.negative), "neutral": percent(.neutral),
                ]))
    }

    /// The column whose first values are the longest texts.
    private func textColumn(of table: Table) throws(ToolReply.Failure) -> Int {
        var reader = try table.rows()
        var lengths = [Int](repeating: 0, count: table.columns.count)
        var rows = 0
        while rows < 200, try reader.advance() {
            rows += 1
            for place in lengths.indices where table.columns[place].kind == .text {
                lengths[place] += reader.field(place).count
            }
        }
        guard let longest = lengths.indices.max(by: { lengths[$0] < lengths[$1] }), lengths[longest] > 0 else {
            throw ToolReply.Failure(.invalid, "\(table.name) has no column with texts; name the one that is meant.")
        }
        return longest
    }

    private static func keep(
        _ item: (score: Double, text: String), in list: inout [(score: Double, text: String)],
        _ isBefore: (Double, Double) -> Bool
    ) {
        guard list.count < mostExamples || isBefore(item.score, list[list.count - 1].score) else { return }
        list.insert(item, at: list.firstIndex { isBefore(item.score, $0.score) } ?? list.count)
        if list.count > mostExamples { list.removeLast() }
    }

    private static func rounded(_ score: Double) -> Double { (score * 1000).rounded() / 1000 }
}
