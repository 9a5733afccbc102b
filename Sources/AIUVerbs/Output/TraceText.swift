package import AIUCommandLine
internal import AIUJSON
package import AIUWire

/// How an answer came about, as lines for people.
package enum TraceText {
    private static let stageWidth = 12
    private static let timeWidth = 10

    package static func stage(_ report: StageReport, style: Style) -> String {
        line(report.stage.rawValue, report.milliseconds, report.summary, style)
    }

    package static func call(_ report: ToolCallReport, style: Style) -> String {
        line("call", report.milliseconds, "\(report.tool) \(report.arguments.text()): \(report.status.rawValue)", style)
    }

    /// What remains to be said when the answer is there.
    package static func end(_ answer: PromptAnswer, style: Style) -> String {
        let tokens = "\(answer.promptTokens) tokens in, \(answer.answerTokens) out"
        let cut = answer.truncated ? ", cut" : ""
        return answer.calls.map { call($0, style: style) }.joined()
            + (answer.facts ?? []).map { line("fact \($0.number)", 0, $0.text, style) }.joined()
            + line("all", answer.milliseconds, "\(answer.model), \(tokens)\(cut)", style)
    }

    private static func line(_ name: String, _ milliseconds: Double, _ text: String, _ style: Style) -> String {
        // A guest's number may be anything.
        let isTime = milliseconds.isFinite && (0..<1e12).contains(milliseconds)
        let time = isTime ? DurationText.elapsed(.milliseconds(milliseconds)) : "?"
        let head = SafeText.line(name).padded(to: stageWidth) + time.padded(to: timeWidth)
        return style.dim(head) + SafeText.line(text) + "\n"
    }
}
