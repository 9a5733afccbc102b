import AIUJSON
import AIUMeter
import AIUModel
import AIUTokenLink
import AIUWire

/// A guest's stream, cut anywhere, with any grant: never more goes on than was granted, and the last word says what did.
///
/// The first bytes choose: a tool or a prompt, the grant, and how the stream is cut.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzMeter(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    guard input.count >= 3 else { return 0 }
    let request: AssistRequest =
        input[0] & 1 == 0
        ? .prompt(PromptRequest(text: "a")) : .tool(ToolRequest(tool: "csv", arguments: .emptyObject))
    let limit = Int(input[1])
    var meter = AnswerMeter(request, limit: limit, reason: nil, toolLimits: [.shell: 2])
    var sent: [UInt8] = []
    do {
        try hear(&meter, Array(input[3...]), cutBy: Int(input[2]) + 1, &sent)
    } catch {
        return 0
    }
    check(meter, limit, sent)
    return 0
}

private func hear(_ meter: inout AnswerMeter, _ bytes: [UInt8], cutBy size: Int, _ sent: inout [UInt8]) throws {
    var decoder = FrameDecoder()
    var start = 0
    while start < bytes.count {
        let end = min(start + size, bytes.count)
        decoder.feed(Array(bytes[start..<end]))
        start = end
        while let frame = try decoder.next() {
            switch try meter.hear(frame) {
            case .last: return try letThrough(&meter, isOver: true, &sent)
            case .pass, .text, .nothing: continue
            }
        }
        try letThrough(&meter, isOver: false, &sent)
    }
}

private func letThrough(_ meter: inout AnswerMeter, isOver: Bool, _ sent: inout [UInt8]) throws {
    while let part = meter.part(isOver: isOver) {
        let tally = tally(part)
        let through = try meter.counted(tally)
        if meter.isStreamed {
            for frame in try AnswerMeter.pieces(through) {
                guard case .text(let piece) = try frame.message(as: AssistEvent.self) else { fatalError("no piece") }
                sent += Array(piece.utf8)
            }
        }
        if tally.bytes == 0 { break }
    }
}

/// By the rules of the counting program, with a vocabulary of three bytes a token.
private func tally(_ part: TextPart) -> TokenTally {
    let segments = Segments(space: .kept, cutsAtLines: true)
    var tally = TokenTally(tokens: 0, bytes: 0, isFull: false)
    while tally.bytes < part.bytes.count,
        let end = segments.end(of: part.bytes, from: tally.bytes, isLast: part.isLast)
    {
        let tokens = Segments.count(tokens: (end - tally.bytes + 2) / 3, bytes: end - tally.bytes)
        guard tokens <= part.limit - tally.tokens else {
            tally.isFull = true
            break
        }
        tally.tokens += tokens
        tally.bytes = end
    }
    return tally
}

private func check(_ meter: AnswerMeter, _ limit: Int, _ sent: [UInt8]) {
    precondition(meter.delivered <= limit)
    precondition(sent.count <= limit * Segments.bytesPerToken)
    guard let last = try? meter.lastWord(promptTokens: 1, model: "m", milliseconds: 1) else { return }
    precondition(last.payload.count <= WireProtocol.longestPayload)
    guard last.kind == .event, case .answer(let answer)? = try? last.message(as: AssistEvent.self) else { return }
    precondition(answer.answerTokens == meter.delivered && answer.promptTokens == 1)
    if meter.isStreamed, !answer.truncated { precondition(Array(answer.text.utf8) == sent) }
    precondition(answer.text.utf8.count <= limit * Segments.bytesPerToken)
}
