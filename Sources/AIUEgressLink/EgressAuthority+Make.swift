internal import AIUModel
internal import AIUSystem
internal import Glibc

extension EgressAuthority {
    private static let longest = 32 << 10
    private static let begin = Array("-----BEGIN ".utf8)

    /// A new one, by the proxy's program, which knows how. All VMs' proxies wait for it: it is ended when it takes too long.
    init(named name: String, by program: String, within limit: Duration) throws(Failure) {
        do {
            let (near, far) = try UnixSocket.pair().take()
            let output = FileDescriptor(owning: near)
            let theirs = FileDescriptor(owning: far)
            var request = SpawnRequest(program, ["authority", name])
            request.descriptors = [-1, theirs.raw, -1]
            request.noNewPrivileges = true
            let child = try Child.spawn(request)
            Self.close(theirs)
            let text = try Self.result(of: child, output, until: .now + limit, program)
            self = try Self.parse(text, program)
        } catch {
            throw Failure(.unavailable, "the VM's authority cannot be made: \(error)")
        }
    }

    /// What it says until it ends; one that does not is ended.
    private static func result(
        of child: borrowing Child, _ output: borrowing FileDescriptor, until deadline: ContinuousClock.Instant,
        _ program: String
    ) throws(SystemError) -> [UInt8] {
        try output.setNonBlocking()
        var text: [UInt8] = []
        var isWhole = false
        while true {
            if isWhole, let outcome = try child.poll() {
                guard outcome == .exited(0), text.count < longest else { break }
                return text
            }
            guard isWhole ? child.pidfd.wait(until: deadline) : output.wait(until: deadline) else {
                // One that has just ended need not be; it is reaped in any case.
                try? child.signal(SIGKILL)
                _ = try child.wait()
                throw SystemError("make an authority in time with", program, code: .timedOut)
            }
            guard !isWhole, let bytes = try output.read(upTo: 4096) else { continue }
            text += bytes
            isWhole = bytes.isEmpty || text.count >= longest
        }
        throw SystemError("make an authority with", program, code: .ioError)
    }

    /// Otherwise its end would never be seen.
    private static func close(_ file: consuming FileDescriptor) {}

    /// Certificate, then key.
    private static func parse(_ text: [UInt8], _ program: String) throws(SystemError) -> EgressAuthority {
        let starts = text.indices.filter { text[$0...].starts(with: begin) }
        guard starts.count == 2, starts[0] == 0 else {
            throw SystemError("read the authority from", program, code: .invalidArgument)
        }
        return EgressAuthority(certificate: Array(text[..<starts[1]]), key: Array(text[starts[1]...]))
    }
}
