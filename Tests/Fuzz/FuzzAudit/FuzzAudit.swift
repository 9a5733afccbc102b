import AIUAudit
import AIUModel

/// Whatever the lines of an audit hold: they are followed or refused with words, however they are cut.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzAudit(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    // Hex digits are hard to guess: a zero byte stands for the digest that begins a chain.
    var bytes: [UInt8] = []
    for byte in input {
        bytes += byte == 0 ? Array(#"{"previous":""#.utf8) + [UInt8](repeating: 0x30, count: 64) : [byte]
    }
    let key = AuditPublicKey(String(repeating: "5a", count: 32))
    let head = AuditHead(sequence: 2, digest: String(repeating: "0", count: 64))
    var verifier = AuditVerifier(key: key, heads: [head])
    let goesOn = unsafe bytes.withUnsafeBytes { unsafe verifier.take($0, file: "fuzz") }
    verifier.finish(file: "fuzz", number: 0)
    precondition(goesOn || verifier.report.damage != nil, "it stopped without a word")
    precondition(verifier.report.damage?.problem.isEmpty != true, "a damage without words")
    precondition(verifier.report.last - verifier.report.first + 1 >= verifier.report.records)
    return 0
}
