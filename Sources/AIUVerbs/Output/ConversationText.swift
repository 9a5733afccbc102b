package import AIUCommandLine
package import AIUSystem
package import AIUWire

/// Conversations for people.
package enum ConversationText {
    package static func table(_ list: [ConversationSummary], now: Timestamp, width: Int?, style: Style) -> String {
        let hasExcerpts = list.contains { $0.excerpt != nil }
        var columns: [Table.Column] = [
            .init("IDENTIFIER"), .init("TITLE", mayShrink: true), .init("TURNS", .right), .init("LAST"),
        ]
        if hasExcerpts { columns.append(.init("FOUND", mayShrink: true)) }
        var table = Table(columns, style: style)
        for item in list {
            let row = [item.id, item.title, String(item.turns), ago(item.updated, now)]
            table.add(hasExcerpts ? row + [item.excerpt ?? ""] : row)
        }
        return table.render(width: width)
    }

    package static func whole(_ record: ConversationRecord, style: Style) -> String {
        let summary = record.summary
        var text = style.bold(SafeText.line(summary.title)) + "\n"
        text += style.dim("\(SafeText.line(summary.id)), \(summary.turns) turns, since \(time(summary.created))") + "\n"
        if record.turns.count < summary.turns {
            text += style.dim("the last \(record.turns.count); `aiu conversations export` has all") + "\n"
        }
        for turn in record.turns {
            let tools = turn.tools.isEmpty ? "" : " (\(turn.tools.joined(separator: ", ")))"
            text += "\n" + style.dim("\(turn.number). \(time(turn.time))\(SafeText.line(tools))") + "\n"
            text += lines(turn.prompt, mark: "> ") + lines(turn.answer, mark: "")
        }
        return text
    }

    private static func lines(_ text: String, mark: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "\(mark)\(SafeText.line(String($0)))\n" }
            .joined()
    }

    /// A guest's number may be anything.
    private static func isTime(_ milliseconds: Int64) -> Bool { (0..<253_402_300_800_000).contains(milliseconds) }

    private static func time(_ milliseconds: Int64) -> String {
        isTime(milliseconds) ? "\(Timestamp(milliseconds: milliseconds))" : "an unknown time"
    }

    private static func ago(_ milliseconds: Int64, _ now: Timestamp) -> String {
        isTime(milliseconds) ? DurationText.ago(.milliseconds(now.milliseconds - milliseconds)) : "?"
    }
}
