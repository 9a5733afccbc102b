import AIUJSON
import AIUWire

/// Whatever the bytes and however they are cut: the decoder gives the same frames or the same refusal, and every
/// message that can be read survives being written.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzWire(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let whole = decode(bytes, piece: max(bytes.count, 1))
    for piece in [1, 7, 4096] {
        let cut = decode(bytes, piece: piece)
        precondition(cut.frames == whole.frames && cut.error == whole.error, "cutting changes what is read")
    }
    for frame in whole.frames { check(frame) }
    return 0
}

private func decode(_ bytes: [UInt8], piece: Int) -> (frames: [Frame], error: WireError?) {
    var decoder = FrameDecoder()
    var frames: [Frame] = []
    do throws(WireError) {
        for start in stride(from: 0, to: bytes.count, by: piece) {
            decoder.feed(Array(bytes[start..<min(start + piece, bytes.count)]))
            while let frame = try decoder.next() { frames.append(frame) }
        }
        return (frames, nil)
    } catch {
        return (frames, error)
    }
}

private func check(_ frame: Frame) {
    var decoder = FrameDecoder()
    decoder.feed(frame.encoded)
    precondition((try? decoder.next()) == frame, "the written frame reads differently")
    switch frame.kind {
    case .hello: check(Hello.self, frame)
    case .welcome: check(Welcome.self, frame)
    case .heartbeat: check(Heartbeat.self, frame)
    case .log: check([LogRecord].self, frame)
    case .shutdown: check(ShutdownOrder.self, frame)
    case .request: check(OperationRequest.self, frame)
    case .failed: check(OperationFailure.self, frame)
    case .exited: check(ExitReport.self, frame)
    case .configured:
        check(ConfiguredAnswer.self, frame)
        _ = Result { () throws(WireError) in try ConfiguredAnswer(frame) }
    case .configure:
        guard case .success(let order) = Result(catching: { () throws(WireError) in try ConfigurationOrder(frame) })
        else { break }
        precondition(order.frame == frame, "the written order reads differently")
    case .entry: check(TransferEntry.self, frame)
    case .done: check(TransferSummary.self, frame)
    case .event: check(AssistEvent.self, frame)
    case .reply: check(AssistReply.self, frame)
    case .ping, .pong, .clock, .goodbye, .started, .standardInput, .standardInputEnd, .standardOutput,
        .standardError, .resize, .signal, .data, .entryEnd:
        break
    }
}

private func check<Message: Codable & Equatable>(_ type: Message.Type, _ frame: Frame) {
    switch Result(catching: { () throws(JSONError) in try JSONText.decode(type, from: frame.payload) }) {
    case .success(let message):
        let again = Result { () throws(JSONError) in
            try JSONText.decode(type, from: try JSONText.encode(message))
        }
        precondition(again == .success(message), "the written message reads differently")
    case .failure(let error):
        precondition(!error.description.isEmpty, "a refusal without words")
    }
}
