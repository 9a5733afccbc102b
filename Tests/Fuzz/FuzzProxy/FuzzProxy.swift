import AIUEgress

/// Whatever a guest sends to its proxy: requests one after the other, their bodies, SOCKS. What is let through is read by
/// a naive reader in the same way.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzProxy(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    if input.first == 5 {
        socks(input[...])
    } else {
        requests(input[...])
    }
    return 0
}

private func requests(_ input: ArraySlice<UInt8>) {
    var rest = input
    while !rest.isEmpty {
        do throws(HTTPFault) {
            guard let end = try HTTPHead.end(in: rest, from: rest.startIndex) else { return }
            let bytes = Array(rest[..<end])
            let request = try HTTPRequest(try HTTPHead(bytes))
            check(bytes)
            rest = rest[end...]
            var body = BodyReader(request.body)
            let taken = try body.take(rest)
            precondition(taken <= rest.count, "more was taken than came")
            precondition(body.isDone || taken == rest.count, "an unfinished body leaves nothing")
            rest = rest.dropFirst(taken)
            guard body.isDone else { return }
        } catch {
            return
        }
    }
}

/// What a server that is less strict could stumble over is not there.
private func check(_ head: [UInt8]) {
    let lines = head.split(separator: 0x0A, omittingEmptySubsequences: false)
    for line in lines.dropLast() {
        precondition(line.last == 0x0D, "a line ends with a line feed alone")
        precondition(!line.dropLast().contains(0x0D), "a carriage return in a line")
        precondition(!line.contains(0), "a zero byte in a line")
    }
    let names = lines.dropFirst().compactMap { line in
        line.firstIndex(of: 0x3A).map { String(decoding: line[..<$0], as: UTF8.self).lowercased() }
    }
    for name in ["host", "content-length", "transfer-encoding"] {
        precondition(names.count { $0 == name } <= 1, "two fields \(name)")
    }
    precondition(!(names.contains("content-length") && names.contains("transfer-encoding")), "two lengths")
}

private func socks(_ input: ArraySlice<UInt8>) {
    do throws(SOCKSRequest.Fault) {
        guard let length = try SOCKSRequest.greeting(input) else { return }
        precondition(length <= input.count)
        guard let request = try SOCKSRequest.target(input.dropFirst(length)) else { return }
        precondition(length + request.length <= input.count && request.port > 0)
    } catch {
        precondition(!error.reason.isEmpty)
    }
}
