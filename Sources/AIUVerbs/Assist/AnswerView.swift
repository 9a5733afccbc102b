internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUWire

/// Shows what the assistant says to a prompt: progress, then the text as it comes, then what there is beside it.
final class AnswerView {
    /// There are nine stages, and some come again when a call is tried in another way.
    private static let mostStages = 256

    private let session: Session
    private let streams: Bool
    private let traces: Bool
    private let line: Progress
    private var harmless = HarmlessText()
    private var lastByte: UInt8?
    private(set) var stages: [StageReport] = []

    init(_ session: Session, traces: Bool) {
        self.session = session
        self.traces = traces
        streams = session.answersAsText && !session.arguments.flag("no-stream")
        // The trace says more than the line would.
        line = Progress.start("thinking", isQuiet: traces || !session.showsProgress)
    }

    deinit { line.finish() }

    func hear(_ event: AssistEvent) throws {
        switch event {
        case .stage(let report):
            if stages.count < Self.mostStages { stages.append(report) }
            line.update(report.summary)
            if traces, session.answersAsText {
                Terminal.errors.write(TraceText.stage(report, style: Terminal.errors.style))
            }
        case .confirm: endLine()
        case .text(let piece):
            if streams { try write(piece) }
        case .answer, .toolAnswer, .tools, .models, .conversations, .conversation, .facts, .document, .done: break
        }
    }

    /// Before anything else is written to the terminal.
    func endLine() { line.finish() }

    /// The last word. An answer goes to standard output, why there is none to standard error.
    func finish(_ answer: PromptAnswer) throws {
        line.finish()
        guard session.answersAsText else {
            var json = try JSON(encoding: answer)
            if traces { json["stages"] = try JSON(encoding: stages) }
            try session.answer(json, names: { [] }, table: { "" })
            return
        }
        if lastByte == nil {
            if answer.outcome == .answered { try write(answer.text) } else { Program.tell(answer.text) }
        }
        try endText()
        if let stopped = answer.stopped { Program.tell("the answer ends here: \(stopped)") }
        if traces { Terminal.errors.write(TraceText.end(answer, style: Terminal.errors.style)) }
    }

    /// The text is over, or broken off.
    func endText() throws {
        if let lastByte, lastByte != UInt8(ascii: "\n") { try RawOutput.write([UInt8(ascii: "\n")]) }
        lastByte = nil
    }

    private func write(_ text: String) throws {
        guard !text.isEmpty else { return }
        line.finish()
        // To a file or a program goes what was said, to a terminal what does not command it.
        let bytes = Terminal.output.isTerminal ? harmless.feed(Array(text.utf8)) : Array(text.utf8)
        try RawOutput.write(bytes)
        lastByte = bytes.last ?? lastByte
    }
}
