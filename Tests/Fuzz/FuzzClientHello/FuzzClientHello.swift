import AIUEgress

/// Whatever begins a tunnel: it is read, waited for, or refused, and more bytes never change what was read.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzClientHello(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let whole = read(input)
    guard case .some(.some(let hello)) = whole else { return 0 }
    for cut in stride(from: 0, to: input.count, by: max(1, input.count / 8)) {
        // A part says the same, or that more is needed.
        if case .some(.some(let part)) = read(Array(input.prefix(cut))) { precondition(part == hello, "two readings") }
    }
    precondition(hello.serverName?.isEmpty != true)
    return 0
}

/// Refused, waited for, or read.
private func read(_ bytes: [UInt8]) -> ClientHello?? {
    do throws(ClientHello.Fault) { return .some(try ClientHello(bytes)) } catch { return .none }
}
