import AIUEgress
import AIUModel

/// Whatever a guest asks, and whatever a name server answers.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzDNS(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    do throws(DNSQuestion.Fault) {
        let question = try DNSQuestion(input)
        precondition(question.name.count <= 253, "a name that is too long")
    } catch {
        precondition(error.rawValue > 0)
    }
    let question = ResolverMessage.question(id: 0x4141, name: "a.example.org", kind: 1)
    // The head of an answer is hard to guess.
    for message in [
        input, Array(question.prefix(2)) + [0x81, 0x80, 0, 1, 0, 3, 0, 0, 0, 0] + question.dropFirst(12) + input,
    ] {
        guard let answer = ResolverMessage.answer(message, to: question) else { continue }
        precondition(answer.addresses.count <= 64 && answer.addresses.allSatisfy { !$0.isIPv6 })
    }
    return 0
}
