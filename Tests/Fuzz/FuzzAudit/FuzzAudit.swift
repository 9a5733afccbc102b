import AIUAudit
import AIUModel

/// Whatever the lines of an audit or of an export hold: they are followed or refused with words, however they are cut, and what is
/// sealed opens to nothing without its key.
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
    var verifier = AuditVerifier(key: key, heads: [head], mayBeginWithKeys: count % 2 == 0)
    let goesOn = unsafe bytes.withUnsafeBytes { unsafe verifier.take($0, file: "fuzz") }
    verifier.finish(file: "fuzz", number: 0)
    precondition(goesOn || verifier.report.damage != nil, "it stopped without a word")
    precondition(verifier.report.damage?.problem.isEmpty != true, "a damage without words")
    precondition(verifier.report.last - verifier.report.first + 1 >= verifier.report.records)
    var opener = AuditOpener()
    unsafe bytes.withUnsafeBytes { line in
        if unsafe AuditOpener.isKey(line) { unsafe opener.take(line) }
    }
    var record = AuditRecord(sequence: 1, kind: .begun, time: 0)
    record.person = "0123456789abcdef"
    record.sealed = String(decoding: bytes, as: UTF8.self)
    let opened = opener.open(record)
    precondition(opened.erased == true && opened.actor == nil, "a box opened without its key")
    return 0
}
