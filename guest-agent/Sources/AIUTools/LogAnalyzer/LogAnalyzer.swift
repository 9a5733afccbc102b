internal import AIUJSON
package import AIUWire

/// Says what happened in a log.
package struct LogAnalyzer: Tool {
    package static let name = "log_analyzer"

    private static let shownLines = 30
    private static let mostSteps = 100_000

    private let root: String

    package init() { self.init(root: ToolConfinement.workspace) }

    package init(root: String) { self.root = root }

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        let operation = try arguments.requiredChoice("operation", LogQuery.Operation.self)
        let scope = WorkspaceScope(invocation, root: root)
        let chosen = try FileChoice(invocation, scope: scope).file(arguments.text("file"), .log)
        let query = try LogQuery(LogFile(path: chosen.path, name: chosen.name), arguments)
        switch operation {
        case .summary: return try summary(query)
        case .entries: return try entries(query, invocation.resultsFolder)
        case .count: return try count(query)
        case .frequent: return try frequent(query)
        case .timeline: return try timeline(query)
        }
    }

    private func summary(_ query: LogQuery) throws(ToolReply.Failure) -> ToolReply {
        var levels: [LogLevel: Int] = [:]
        var entries = 0
        var first: Moment?
        var last: Moment?
        var problems = LogCounts()
        try query.each { entry, _, isContinued throws(ToolReply.Failure) in
            if isContinued { return }
            entries += 1
            if let level = entry.level { levels[level, default: 0] += 1 }
            if let time = entry.time {
                first = min(first ?? time, time)
                last = max(last ?? time, time)
            }
            if let level = entry.level, level >= .warning { problems.add(entry) }
        }
        let top = problems.top(query.limit ?? 5)
        let errors = levels[.error, default: 0] + levels[.critical, default: 0]
        let warnings = levels[.warning, default: 0]
        let lines = top.map { "\($0.count)× \(Self.text($0.example))" }
        var value: JSON = .object([.init("entries", .integer(Int64(entries)))])
        for level in LogLevel.allCases.reversed() where levels[level] != nil {
            value[level.rawValue] = .integer(Int64(levels[level, default: 0]))
        }
        if let first, let last {
            value["from"] = .string("\(first)")
            value["to"] = .string("\(last)")
        }
        value["problems"] = Self.list(top)
        var text = "entries: \(entries)\nerrors: \(errors)\nwarnings: \(warnings)"
        if let first, let last { text += "\nfrom: \(first)\nto: \(last)" }
        if !lines.isEmpty { text += "\n" + lines.joined(separator: "\n") }
        let times = first == nil ? ".untimed" : ""
        return ToolReply(
            text: text, value: value,
            phrase: .init(
                lines.isEmpty ? "log_analyzer.summary.quiet\(times)" : "log_analyzer.summary\(times)",
                [
                    "file": query.file.name, "count": "\(entries)", "errors": "\(errors)", "warnings": "\(warnings)",
                    "from": first.map { "\($0)" } ?? "", "to": last.map { "\($0)" } ?? "",
                    "problems": lines.joined(separator: "\n"),
                ]))
    }

    /// The lines themselves; with a limit, the last ones, which people ask for.
    private func entries(_ query: LogQuery, _ folder: String) throws(ToolReply.Failure) -> ToolReply {
        var writer = ResultWriter(folder, name: "\(FileChoice.stem(FileChoice.base(query.file.path)))-entries.log")
        var count = 0
        var last: [[UInt8]] = []
        let most = min(query.limit ?? .max, 10_000)
        try query.each { _, line, isContinued throws(ToolReply.Failure) in
            if !isContinued { count += 1 }
            if query.limit == nil {
                try writer.append(line)
                try writer.append([0x0A])
                if last.count < Self.shownLines { last.append(line) }
            } else if isContinued, !last.isEmpty {
                if last[last.count - 1].count < LineReader.longestLine { last[last.count - 1] += [0x0A] + line }
            } else {
                last.append(line)
                if last.count > most * 2 { last.removeFirst(last.count - most) }
            }
        }
        if query.limit != nil {
            last = Array(last.suffix(most))
            for line in last { try writer.append(line + [0x0A]) }
        }
        var (text, files) = try writer.finish()
        if text.last == "\n" { text.removeLast() }
        let shown = last.prefix(Self.shownLines).map { Self.text($0) }.joined(separator: "\n")
        return ToolReply(
            text: text,
            value: .object([
                .init("entries", .integer(Int64(count))),
                .init("lines", .array(last.prefix(500).map { .string(TextEncoding.text($0)) })),
            ]),
            phrase: .init(
                count == 0 ? "log_analyzer.none" : "log_analyzer.entries",
                [
                    "file": query.file.name, "count": "\(count)",
                    "lines": shown + (count > Self.shownLines && last.count >= Self.shownLines ? "\n…" : ""),
                ]), files: files)
    }

    private func count(_ query: LogQuery) throws(ToolReply.Failure) -> ToolReply {
        var count = 0
        try query.each { _, _, isContinued throws(ToolReply.Failure) in if !isContinued { count += 1 } }
        return ToolReply(
            text: "\(count)", value: .object([.init("entries", .integer(Int64(count)))]),
            phrase: .init("log_analyzer.count", ["file": query.file.name, "count": "\(count)"]))
    }

    private func frequent(_ query: LogQuery) throws(ToolReply.Failure) -> ToolReply {
        var counts = LogCounts()
        try query.each { entry, _, isContinued throws(ToolReply.Failure) in if !isContinued { counts.add(entry) } }
        let top = counts.top(query.limit ?? 10)
        let lines = top.map { "\($0.count)× \(Self.text($0.example))" }
        return ToolReply(
            text: lines.joined(separator: "\n"), value: Self.list(top),
            phrase: .init(
                top.isEmpty ? "log_analyzer.none" : "log_analyzer.frequent",
                ["file": query.file.name, "lines": lines.joined(separator: "\n")]))
    }

    private func timeline(_ query: LogQuery) throws(ToolReply.Failure) -> ToolReply {
        var counts: [Int64: Int] = [:]
        var span: (first: Int64, last: Int64)?
        // Without a step, one that gives a readable number of lines: minutes are counted, then put together.
        let counted = query.step?.length ?? 60_000
        try query.each { entry, _, isContinued throws(ToolReply.Failure) in
            guard !isContinued, let time = entry.time else { return }
            let slot = time.rounded(to: counted).milliseconds
            counts[slot, default: 0] += 1
            span = span.map { (min($0.first, slot), max($0.last, slot)) } ?? (slot, slot)
            guard counts.count <= Self.mostSteps else {
                throw ToolReply.Failure(
                    .tooLarge, "'\(query.file.name)' spans too many steps; ask per hour or per day.")
            }
        }
        guard let span else {
            return ToolReply(
                text: "", value: .array([]), phrase: .init("log_analyzer.none", ["file": query.file.name]))
        }
        let length = span.last - span.first
        let step: LogQuery.Step =
            query.step ?? (length <= 7_200_000 ? .minute : length <= Moment.day * 3 ? .hour : .day)
        var slots: [Int64: Int] = [:]
        for (slot, count) in counts {
            slots[Moment(milliseconds: slot).rounded(to: step.length).milliseconds, default: 0] += count
        }
        var rows: [[String]] = []
        // Steps without entries are part of the picture, unless they are most of it.
        let from = Moment(milliseconds: span.first).rounded(to: step.length).milliseconds
        let to = Moment(milliseconds: span.last).rounded(to: step.length).milliseconds
        let isDense = (to - from) / step.length <= Int64(max(500, slots.count * 3))
        let keys = isDense ? Array(stride(from: from, through: to, by: Int(step.length))) : slots.keys.sorted()
        for slot in keys {
            let moment = Moment(milliseconds: slot)
            let label = step == .day ? moment.dayText : String("\(moment)".prefix(16))
            rows.append([label, "\(slots[slot, default: 0])"])
        }
        if let limit = query.limit { rows = Array(rows.suffix(limit)) }
        let shown = rows.prefix(60).map { "\($0[0]): \($0[1])" }.joined(separator: "\n")
        return ToolReply(
            text: CSVText.table([[step.rawValue, "entries"]] + rows),
            value: .array(
                rows.prefix(5000).map {
                    .object([.init("time", .string($0[0])), .init("entries", .integer(Int64($0[1]) ?? 0))])
                }),
            phrase: .init(
                "log_analyzer.timeline.\(step.rawValue)",
                ["file": query.file.name, "lines": shown + (rows.count > 60 ? "\n…" : "")]))
    }

    private static func list(_ groups: [LogCounts.Group]) -> JSON {
        .array(
            groups.map { group in
                .object([
                    .init("count", .integer(Int64(group.count))), .init("message", .string(text(group.example))),
                    .init("level", group.level.map { .string($0.rawValue) } ?? .null),
                ])
            })
    }

    /// One line, with nothing a terminal would obey.
    private static func text(_ bytes: [UInt8]) -> String {
        let text = TextEncoding.text(bytes.prefix(300))
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 && $0 != "\n" ? " " : $0 }))
    }
}
