internal import AIUSystem
internal import Glibc

/// A supervisor on another machine, reached over TLS by the program `aiu-tls`.
///
/// That is a program of its own because GnuTLS takes longer to load than most of what `aiu` does.
package struct RemotePlace: Equatable, Sendable {
    /// The program behind one connection, which ends with it.
    final class Helper {
        private let child: Child

        init(_ child: consuming Child) { self.child = child }

        var hasEnded: Bool {
            // One that cannot be asked is somebody else's, and forgotten.
            (try? child.poll() != nil) ?? true
        }
    }

    static let standardPort: UInt16 = 8443
    private static let program = "aiu-tls"
    private static let longestWord = 4096

    package let host: String
    package let port: UInt16
    /// A PEM file: only what it signed is trusted.
    package var authority: String?
    /// PEM files that prove who asks.
    package var certificate: String?
    package var key: String?

    /// `https://host`, `https://host:port`, `https://[address]:port`.
    package init(_ text: String) throws(ClientError) {
        guard text.hasPrefix("https://") else {
            throw .surroundings(
                "'\(text)' is no place of a supervisor: give https://HOST or https://HOST:PORT; nothing goes over a network "
                    + "without TLS")
        }
        var rest = text.dropFirst("https://".count)
        if rest.hasSuffix("/") { rest.removeLast() }
        var host = rest
        var port = Self.standardPort
        let bracket = rest.lastIndex(of: "]")
        if let colon = rest.lastIndex(of: ":"), bracket.map({ $0 < colon }) ?? true {
            guard let number = UInt16(rest[rest.index(after: colon)...]), number > 0 else {
                throw .surroundings("'\(text)' has no port from 1 to 65535 behind its colon")
            }
            port = number
            host = rest[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        let isName = host.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || [0x2D, 0x2E, 0x3A].contains(byte)
        }
        guard !host.isEmpty, host.utf8.count <= 253, isName, !host.hasPrefix("-") else {
            throw .surroundings("'\(text)' names no host")
        }
        self.host = String(host)
        self.port = port
    }

    /// As the command line says, else as the environment does; nil for the supervisor of this host.
    package static func ofProcess(
        host: String?, authority: String?, certificate: String?, key: String?, _ environment: [String: String]
    ) throws(ClientError) -> RemotePlace? {
        let set = environment.filter { !$0.value.isEmpty }
        guard let text = host ?? set["AIU_REMOTE"] else { return nil }
        var place = try RemotePlace(text)
        place.authority = authority ?? set["AIU_CA"]
        place.certificate = certificate ?? set["AIU_CERT"]
        place.key = key ?? set["AIU_KEY"]
        guard (place.certificate == nil) == (place.key == nil) else {
            throw .surroundings(
                "a certificate needs its key, and a key its certificate: --client-cert with --client-key, $AIU_CERT with $AIU_KEY"
            )
        }
        return place
    }

    var header: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// A connection that the helper has made; what is written to it goes through TLS.
    func connect(
        _ patience: Patience, _ helpers: inout [Helper]
    ) throws(ClientError) -> FileDescriptor {
        helpers.removeAll { $0.hasEnded }
        let path = try Self.find()
        var pairs: [(Int32, Int32)] = []
        do throws(SystemError) {
            for _ in 0..<2 { pairs.append(try UnixSocket.pair().take()) }
        } catch {
            throw .system(error)
        }
        let socket = FileDescriptor(owning: pairs[0].0)
        let inner = FileDescriptor(owning: pairs[0].1)
        let word = FileDescriptor(owning: pairs[1].0)
        let outer = FileDescriptor(owning: pairs[1].1)
        var request = SpawnRequest(
            path, [host, "\(port)", authority ?? "-", certificate ?? "-", key ?? "-"],
            environment: ["PATH=/usr/bin:/bin"])
        request.descriptors = [inner.raw, outer.raw, -1]
        do throws(SpawnError) {
            helpers.append(Helper(try Child.spawn(request)))
        } catch {
            throw .unreachable("no safe connection can be made: \(error)")
        }
        _ = consume inner
        _ = consume outer
        let answer = try Self.line(from: word, patience)
        guard answer == "ok" else { throw .unreachable(answer) }
        return socket
    }

    /// What the helper says before its first byte of payload.
    private static func line(from word: borrowing FileDescriptor, _ patience: Patience) throws(ClientError) -> String {
        var text: [UInt8] = []
        do throws(SystemError) { try word.setNonBlocking() } catch { throw .system(error) }
        while !text.contains(0x0A), text.count < longestWord {
            let bytes: [UInt8]?
            do throws(SystemError) { bytes = try word.read(upTo: longestWord) } catch { throw .system(error) }
            guard let bytes else {
                try patience.wait(for: word.raw, POLLIN, during: "connecting")
                continue
            }
            guard !bytes.isEmpty else { throw .unreachable("\(program) ended without a word") }
            text += bytes
        }
        return String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self)
    }

    /// Beside this program, where a build or a package puts it.
    private static func find() throws(ClientError) -> String {
        let own = ProcessEnvironment.executable.flatMap { path in
            path.lastIndex(of: "/").map { "\(path[..<$0])/\(program)" }
        }
        for candidate in [own, "/usr/libexec/aiu/\(program)"].compactMap({ $0 }) where Files.exists(candidate) {
            return candidate
        }
        throw .unreachable("\(program) is missing: it belongs beside aiu; build it with `make build`")
    }
}
