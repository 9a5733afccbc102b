internal import AIUModel
internal import AIUSystem

extension EgressAuthority {
    private static let longest = 32 << 10
    private static let begin = Array("-----BEGIN ".utf8)

    /// A new one, by the proxy's program, which knows how. It takes milliseconds and does nothing else.
    init(named name: String, by program: String) throws(Failure) {
        do {
            let (near, far) = try UnixSocket.pair().take()
            let output = FileDescriptor(owning: near)
            let theirs = FileDescriptor(owning: far)
            var request = SpawnRequest(program, ["authority", name])
            request.descriptors = [-1, theirs.raw, -1]
            request.noNewPrivileges = true
            let child = try Child.spawn(request)
            Self.close(theirs)
            let text = try output.readToEnd(limit: Self.longest)
            guard try child.wait() == .exited(0) else {
                throw SystemError("make an authority with", program, code: .ioError)
            }
            self = try Self.parse(text, program)
        } catch {
            throw Failure(.unavailable, "the VM's authority cannot be made: \(error)")
        }
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
