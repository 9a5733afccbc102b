import AIUInferenceLink
import AIUSystem
import Glibc

/// Whatever comes over the connection to the models, from either end: an answer or an error with words, and no wait.
///
/// The first byte says who reads; then come two bytes with the length of the message, the message, and its floats. With
/// the highest bit of the first byte set, all is sent as it is.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzInference(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    guard bytes.count > 3, bytes.count <= 64 * 1024 else { return 0 }
    do throws(SystemError) {
        let (near, far) = try UnixSocket.pair().take()
        let writer = FileDescriptor(owning: far)
        try writer.writeAll(message(bytes))
        shutdown(far, Int32(SHUT_WR))
        do throws(InferenceError) {
            try read(FileDescriptor(owning: near), as: bytes[0] & 0x7F)
        } catch {
            precondition(!error.description.isEmpty, "a refusal without words")
        }
    } catch {
        preconditionFailure("the scene itself failed: \(error)")
    }
    return 0
}

private func message(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes[0] & 0x80 == 0 else { return Array(bytes[1...]) }
    let rest = bytes[3...]
    let text = rest.prefix(Int(bytes[1]) | Int(bytes[2]) << 8)
    let floats = rest.dropFirst(text.count).prefix((rest.count - text.count) / 4 * 4)
    let lengths = [text.count, floats.count].flatMap { length in
        (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    }
    return lengths + text + floats
}

private func read(_ socket: consuming FileDescriptor, as kind: UInt8) throws(InferenceError) {
    if kind % 8 == 0 {
        let channel = InferenceChannel(socket)
        while try channel.receive(InferenceRequest.self, floatLimit: 0) != nil {}
        return
    }
    let client = InferenceClient(socket)
    switch kind % 8 {
    case 1: _ = try client.models()
    case 2: check(try client.route(words: [RouterWord("a")]))
    case 3: _ = try client.embed(["a", "b"])
    case 4: _ = try client.count("a")
    case 5: _ = try client.generate(GenerateRequest(text: "a")) { $0.count < 3 }
    default: try client.load("a")
    }
}

/// Every row that can be asked for has a score for each label, or there is no row.
private func check(_ scores: RouterScores) {
    for (name, head) in scores.heads {
        for row in [-1, 0, 1, head.rows - 1, head.rows] {
            precondition([0, head.labels.count].contains(head.row(row).count), "half a row")
        }
        _ = scores.step(name, 0)
        _ = scores.word(name, 0, place: 0)
    }
}
