internal import AIUJSON
internal import AIUWire

/// The end of an answer, made to fit a frame.
enum LastWord {
    /// The beginning of a text, in whole characters of Unicode.
    static func shortened(_ text: String, _ bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var end = bytes
        let all = Array(text.utf8.prefix(bytes + 1))
        while end > 0, all[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: all[..<end], as: UTF8.self)
    }

    static func frame(_ answer: PromptAnswer) throws(MeterProblem) -> Frame {
        if let frame = try? Frame(.event, encoding: AssistEvent.answer(answer)) { return frame }
        var answer = answer
        // Too long with what goes with it: the text was counted and comes first.
        answer.leaveOutResults()
        answer.files = []
        answer.facts = nil
        answer.calls = Array(answer.calls.prefix(16))
        while true {
            if let frame = try? Frame(.event, encoding: AssistEvent.answer(answer)) { return frame }
            guard !answer.text.isEmpty || !answer.calls.isEmpty else { throw .guest("its last word is too long") }
            answer.calls = []
            answer.truncated = true
            answer.text = String(answer.text.prefix(answer.text.count / 2))
        }
    }

    static func frame(_ report: ToolCallReport) throws(MeterProblem) -> Frame {
        if let frame = try? Frame(.event, encoding: AssistEvent.toolAnswer(report)) { return frame }
        var report = report
        report.leaveOutResults()
        report.arguments = .emptyObject
        report.files = []
        while true {
            if let frame = try? Frame(.event, encoding: AssistEvent.toolAnswer(report)) { return frame }
            guard !report.text.isEmpty else { throw .guest("its last word is too long") }
            report.text = String(report.text.prefix(report.text.count / 2))
        }
    }
}

extension PromptAnswer {
    /// What it says beside its text.
    var bytesBeside: Int {
        let calls = calls.reduce(0) { $0 + $1.bytesBeside + $1.text.utf8.count }
        let lists = files.reduce(0) { $0 + $1.utf8.count } + (facts ?? []).reduce(0) { $0 + $1.text.utf8.count }
        return calls + lists + language.utf8.count + model.utf8.count + (conversation?.utf8.count ?? 0)
    }

    /// Keeps what was done, without what came of it.
    mutating func leaveOutResults() {
        for index in calls.indices {
            calls[index].text = ""
            calls[index].leaveOutResults()
        }
        facts = nil
    }
}

extension ToolCallReport {
    var bytesBeside: Int {
        let value = value.map { $0.text().utf8.count } ?? 0
        return value + arguments.text().utf8.count + files.reduce(0) { $0 + $1.utf8.count } + tool.utf8.count
    }

    mutating func leaveOutResults() {
        value = nil
        if arguments.text().utf8.count > 1024 { arguments = .emptyObject }
    }
}
