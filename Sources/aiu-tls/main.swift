// The way of `aiu` to a supervisor on another machine: TLS on one side, descriptor 0 on the other.
//
// A program of its own, so that `aiu` need not load GnuTLS, which takes longer than most of what it does.
internal import AIUSystem
internal import AIUTLS
internal import Glibc

/// Tells, on descriptor 1, "ok" or why there is no connection.
func tell(_ text: String) {
    // Whoever does not listen has left, and the end of the connection tells it, too.
    _ = try? FileDescriptor(owning: STDOUT_FILENO).writeAll(Array((text + "\n").utf8))
}

signal(SIGPIPE, SIG_IGN)
let words = CommandLine.arguments
guard words.count == 6, let port = UInt16(words[2]) else {
    tell("usage: aiu-tls HOST PORT CA CERTIFICATE KEY, where - is none; `aiu` calls it")
    exit(64)
}
let given = words.map { $0 == "-" ? nil : $0 }
let limit: Duration = .seconds(15)
do {
    let deadline = ContinuousClock.now + limit
    let socket = try TCPConnection.open(host: words[1], port: port, within: limit)
    let tls = try TLSClient(
        socket, .init(host: words[1], authorities: given[3], certificate: given[4], key: given[5]))
    while try !tls.shakeHands() {
        guard tls.socket.wait(tls.wantsToWrite ? .toWrite : .toRead, until: deadline) else {
            throw TLSFailure("\(words[1]) did not answer within \(limit)")
        }
    }
    var pipe = try TLSPipe(tls, FileDescriptor(owning: STDIN_FILENO))
    tell("ok")
    try pipe.run()
} catch {
    tell("\(error)")
    exit(1)
}
