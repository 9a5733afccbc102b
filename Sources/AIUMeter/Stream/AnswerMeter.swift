internal import AIUJSON
package import AIUModel
package import AIUWire

/// What a guest says in answer to one request, measured: what may go on to the client, what must be counted before, and
/// how it ends. Knows neither sockets nor time.
package struct AnswerMeter: Sendable {
    /// What becomes of something that the guest said.
    package enum Heard: Equatable, Sendable {
        /// It may go on as it is, after the text that came before it.
        case pass(Frame)
        /// Text of the answer: to be counted.
        case text
        /// Nothing after it is heard.
        case last
        case nothing
    }

    enum Last: Equatable {
        case answer(PromptAnswer)
        case tool(ToolCallReport)
        case failed(OperationFailure)
    }

    private static let longestRefusal = 2048

    private let isTool: Bool
    private let limits: MeterLimits
    private let toolLimits: [ToolName: Int]
    /// Tokens that may be let through.
    package private(set) var limit: Int
    /// Why it is no more.
    package private(set) var reason: String?
    /// It is a budget that allows no more.
    private var isBudget: Bool
    /// Tokens that were let through.
    package private(set) var delivered = 0
    /// More text came than may be let through.
    package private(set) var isFull = false
    /// What was let through.
    private(set) var text: [UInt8] = []
    private(set) var last: Last?
    private var waiting: [UInt8] = []
    /// Something came since the last count.
    private var isFresh = false
    private var streamed = false
    private var beside = 0
    private var frames = 0

    /// `request` is a prompt or a tool. `reason` explains the limit where the policy or a budget set it; the tools that a plan
    /// names may lower it.
    package init(
        _ request: AssistRequest, limit: Int, reason: String?, isBudget: Bool = false,
        toolLimits: [ToolName: Int] = [:],
        limits: MeterLimits = MeterLimits()
    ) {
        if case .tool = request { isTool = true } else { isTool = false }
        self.limit = max(0, limit)
        self.reason = reason
        self.isBudget = isBudget
        self.toolLimits = toolLimits
        self.limits = limits
    }

    // MARK: From the guest

    package mutating func hear(_ frame: Frame) throws(MeterProblem) -> Heard {
        frames += 1
        guard frames <= limits.frames else { throw .guest("it says more than \(limits.frames) things") }
        switch frame.kind {
        case .event: return try hear(try Self.message(frame), bytes: frame.payload.count)
        case .failed:
            var failure: OperationFailure = try Self.message(frame)
            failure.message = LastWord.shortened(failure.message, Self.longestRefusal)
            last = .failed(failure)
            return .last
        case let kind: throw .guest("\(WireError.unexpected(kind))")
        }
    }

    private static func message<Message: Decodable>(_ frame: Frame) throws(MeterProblem) -> Message {
        do throws(WireError) {
            return try frame.message(as: Message.self)
        } catch {
            throw .guest("\(error)")
        }
    }

    private mutating func hear(_ event: AssistEvent, bytes: Int) throws(MeterProblem) -> Heard {
        switch event {
        case .text(let piece) where !isTool:
            guard !isFull, !piece.isEmpty else { return .nothing }
            streamed = true
            return try add(piece)
        case .stage(let report):
            guard !isFull else { return .nothing }
            if report.stage == .plan { lower(for: report) }
            try spend(bytes)
            return .pass(try Self.frame(event))
        case .confirm:
            guard !isFull else { return .nothing }
            try spend(bytes)
            return .pass(try Self.frame(event))
        case .answer(let answer) where !isTool:
            // Why there is no answer comes with the last word alone; it is text like any other.
            if !streamed, !isFull { _ = try add(answer.text) }
            last = .answer(answer)
            return .last
        case .toolAnswer(let report) where isTool:
            _ = try add(report.text)
            last = .tool(report)
            return .last
        case .text, .answer, .toolAnswer, .tools, .models, .conversations, .conversation, .facts, .document, .done:
            throw .guest("it answers with `\(event.name)`, which does not belong here")
        }
    }

    private mutating func add(_ piece: String) throws(MeterProblem) -> Heard {
        guard text.count + waiting.count + piece.utf8.count <= limits.text else {
            throw .guest("its answer is longer than \(limits.text) bytes")
        }
        waiting += Array(piece.utf8)
        isFresh = true
        return .text
    }

    private mutating func spend(_ bytes: Int) throws(MeterProblem) {
        beside += bytes
        guard beside <= limits.beside(for: limit) else {
            throw .guest("it says more than \(limits.beside(for: limit)) bytes beside its answer")
        }
    }

    /// An honest guest says before its answer which tools that is from.
    private mutating func lower(for plan: StageReport) {
        for call in (plan.detail?.arrayValue ?? []).prefix(100) {
            guard let tool = call["tool"]?.stringValue.flatMap(ToolName.init), let most = toolLimits[tool],
                most < limit
            else { continue }
            limit = max(most, delivered)
            isBudget = false
            reason =
                "the tool '\(tool.rawValue)' may answer with \(most) tokens (`per_tool`); an administrator can raise that with "
                + "`aiu config set` or in the policy"
        }
    }

    // MARK: Counting

    /// The text comes in pieces, and goes on in pieces. Otherwise it comes and goes with the last word.
    package var isStreamed: Bool { streamed }

    /// What has to be counted now. `isOver`: no more text comes.
    package func part(isOver: Bool) -> TextPart? {
        guard !isFull, !waiting.isEmpty, isFresh || isOver else { return nil }
        var end = min(waiting.count, TextPart.longest)
        while end < waiting.count, end > 0, waiting[end] & 0xC0 == 0x80 { end -= 1 }
        return TextPart(
            bytes: Array(waiting[..<end]), isFirst: text.isEmpty, isLast: isOver && end == waiting.count,
            limit: limit - delivered)
    }

    /// The bytes of the part that may be let through.
    package mutating func counted(_ tally: TokenTally) throws(MeterProblem) -> [UInt8] {
        guard tally.bytes <= waiting.count, tally.tokens >= 0, tally.tokens <= limit - delivered else {
            throw .refused(Failure(.internalError, "tokens were counted that are not there"))
        }
        let through = Array(waiting[..<tally.bytes])
        waiting.removeFirst(tally.bytes)
        delivered += tally.tokens
        text += through
        isFresh = waiting.count > TextPart.longest
        if tally.isFull {
            isFull = true
            waiting = []
        }
        return through
    }

    /// Bytes between characters, as frames for the client.
    package static func pieces(_ bytes: [UInt8]) throws(MeterProblem) -> [Frame] {
        var frames: [Frame] = []
        var start = 0
        while start < bytes.count {
            var end = min(start + 8 * 1024, bytes.count)
            while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
            frames.append(try frame(.text(String(decoding: bytes[start..<end], as: UTF8.self))))
            start = end
        }
        return frames
    }

    // MARK: The last word

    /// What the client is told at the end. The numbers are the host's, and the text is what was let through.
    package func lastWord(promptTokens: Int, model: String, milliseconds: Double) throws(MeterProblem) -> Frame {
        let said = String(decoding: text, as: UTF8.self)
        switch last {
        case .failed(let failure):
            do throws(WireError) {
                return try Frame(.failed, encoding: failure)
            } catch {
                throw .guest("\(error)")
            }
        case .tool(var report):
            report.stopped = isFull ? reason ?? Self.limitReached(limit) : nil
            report.exhausted = isFull && isBudget ? true : nil
            report.text = said
            report.tool = LastWord.shortened(report.tool, 64)
            if isFull || beside + report.bytesBeside > limits.beside(for: limit) { report.leaveOutResults() }
            if beside + report.bytesBeside > limits.beside(for: limit) { report.files = [] }
            return try LastWord.frame(report)
        case .answer(var answer):
            // Also a guest that kept to the limit by itself was stopped by it.
            answer.stopped = isFull ? reason ?? Self.limitReached(limit) : answer.truncated ? reason : nil
            answer.exhausted = answer.stopped != nil && isBudget ? true : nil
            answer.truncated = answer.truncated || isFull
            answer.text = said
            // In bytes: a single character may be as long as a book.
            answer.language = LastWord.shortened(answer.language, 16)
            answer.model = LastWord.shortened(answer.model, 128)
            answer.conversation = answer.conversation.map { LastWord.shortened($0, 256) }
            answer.promptTokens = promptTokens
            answer.answerTokens = delivered
            // What was cut from the answer must not be found beside it.
            if isFull || beside + answer.bytesBeside > limits.beside(for: limit) { answer.leaveOutResults() }
            // Nor in names of files and tools, which nobody bounds.
            if beside + answer.bytesBeside > limits.beside(for: limit) {
                answer.files = []
                answer.calls = []
            }
            return try LastWord.frame(answer)
        case nil:
            return try LastWord.frame(
                PromptAnswer(
                    outcome: .answered, text: said, language: "en", model: model, conversation: nil, calls: [],
                    files: [],
                    promptTokens: promptTokens, answerTokens: delivered, milliseconds: milliseconds, truncated: true,
                    stopped: reason ?? Self.limitReached(limit), exhausted: isBudget ? true : nil))
        }
    }

    private static func limitReached(_ limit: Int) -> String { "an answer has at most \(limit) tokens here" }

    private static func frame(_ event: AssistEvent) throws(MeterProblem) -> Frame {
        do throws(WireError) {
            return try Frame(.event, encoding: event)
        } catch {
            throw .guest("\(error)")
        }
    }
}
