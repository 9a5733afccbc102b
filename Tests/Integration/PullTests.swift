import AIUModel
import AIUSystem
import Glibc
import Testing

/// A server on the loopback interface for one file: in whole, in parts, cut off, elsewhere, or not at all.
private struct FileServer: ~Copyable {
    let port: Int
    private let child: Child
    private let log: String

    init(_ file: String, log: String) throws {
        let child = try Child.spawn(
            SpawnRequest("/usr/bin/python3", ["-c", Self.program, file, log], environment: ["PATH=/usr/bin:/bin"]))
        var port: Int?
        for _ in 0..<200 where port == nil {
            usleep(50_000)
            // Until it is there, nobody can read it.
            port = (try? Files.read(log)).flatMap {
                Int(String(decoding: $0, as: UTF8.self).split(separator: "\n").first ?? "")
            }
        }
        let found = try #require(port, "the server does not serve")
        self.child = child
        self.log = log
        self.port = found
    }

    deinit {
        kill(child.pid, SIGKILL)
        _ = try? child.wait()
    }

    func address(_ way: String) -> String { "http://127.0.0.1:\(port)/\(way)/model.gguf" }

    /// The requests, each with the range that it asked for.
    func requests() throws -> [Substring] {
        String(decoding: try Files.read(log), as: UTF8.self).split(separator: "\n").dropFirst().map { $0 }
    }

    // "never" sends nothing, "always" cuts everything and knows no ranges, "changed" has another file after its first
    // answer and keeps to If-Range.
    private static let program = """
        import http.server, sys
        data = open(sys.argv[1], 'rb').read()
        log = open(sys.argv[2], 'a', buffering=1)
        cuts = {}
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.0'
            def log_message(self, *words): pass
            def do_GET(self):
                way = self.path.split('/')[1]
                asked = self.headers.get('Range')
                print(way, asked or '-', file=log)
                if way == 'away':
                    self.send_response(302)
                    self.send_header('Location', '/plain/model.gguf')
                    return self.end_headers()
                if way == 'file':
                    self.send_response(302)
                    self.send_header('Location', 'file://' + sys.argv[1])
                    return self.end_headers()
                if way == 'loop':
                    self.send_response(302)
                    self.send_header('Location', self.path)
                    return self.end_headers()
                if way == 'missing':
                    self.send_response(404)
                    return self.end_headers()
                start = int(asked[6:].split('-')[0]) if asked and way not in ('norange', 'always') else 0
                tag = None
                if way == 'changed':
                    tag = '"two"' if way in cuts else '"one"'
                    if asked: print(way, self.headers.get('If-Range'), file=log)
                    if self.headers.get('If-Range', tag) != tag: start = 0
                if start >= len(data):
                    self.send_response(416)
                    return self.end_headers()
                self.send_response(206 if start else 200)
                if start: self.send_header('Content-Range', f'bytes {start}-{len(data) - 1}/{len(data)}')
                self.send_header('Accept-Ranges', 'none' if way in ('norange', 'always') else 'bytes')
                if tag: self.send_header('ETag', tag)
                if way != 'endless': self.send_header('Content-Length', str(len(data) - start))
                self.end_headers()
                rest = data[start:]
                if way in ('cut', 'norange') and cuts.setdefault(way, 0) < 2:
                    cuts[way] += 1
                    rest = rest[:len(data) // 3]
                if way == 'always': rest = rest[:len(data) // 3]
                if way == 'changed' and way not in cuts:
                    cuts[way] = 1
                    rest = bytes(len(data) // 3)
                if way == 'never': rest = b''
                if way == 'endless': rest = rest * 400
                try:
                    if way == 'slow':
                        import time
                        for place in range(0, len(rest), 2000):
                            self.wfile.write(rest[place:place + 2000])
                            self.wfile.flush()
                            time.sleep(0.1)
                    else:
                        self.wfile.write(rest)
                except OSError:
                    pass
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        print(server.server_address[1], file=log)
        server.serve_forever()
        """
}

@Suite("real supervisor: models that are fetched", .serialized, .enabled(if: Machine.isAvailable))
struct PullTests {
    private func pull(_ machine: borrowing Machine, _ words: String...) throws -> Machine.Result {
        try machine.aiu(["model", "pull"] + words, variables: ["XDG_CACHE_HOME=\(machine.state)/cache"])
    }

    private func kept(_ machine: borrowing Machine) throws -> [String] {
        let folder = "\(machine.state)/cache/aiu/pull"
        return Files.exists(folder) ? try Files.names(in: folder).filter { !$0.hasSuffix(".lock") } : []
    }

    @Test("come whole, in parts, from elsewhere and from a file, and only as they should be")
    func pulls() throws {
        let machine = try Machine(withImage: false)
        let file = "\(machine.state)/good.gguf"
        try Files.replace(file, with: SmallModel.bytes(rows: 1000))
        let server = try FileServer(file, log: "\(machine.state)/requests")
        try machine.succeed("model", "add", file, "--name", "first")
        let digest = try digest(of: file)
        for (way, name) in [
            ("plain", "plain"), ("away", "away"), ("cut", "cut"), ("norange", "norange"), ("changed", "changed"),
        ] {
            let result = try pull(machine, server.address(way), "--sha256", digest, "--name", name)
            #expect(result.status == 0 && result.output.contains("'\(name)' is added"), "\(way): \(result)")
        }
        let parts = try server.requests().filter { $0.hasPrefix("cut ") }
        #expect(parts.count == 3 && parts.dropFirst().allSatisfy { !$0.hasSuffix("-") || $0.contains("bytes=") })
        // The other file was asked for with the name of the first, and is not its continuation.
        #expect(
            try server.requests().filter { $0.hasPrefix("changed ") }.map { $0.contains("\"one\"") }
                == [false, false, true, false])
        let local = try pull(machine, "file://\(file)", "--name", "local", "--use", "creative")
        #expect(local.status == 0, "\(local)")
        #expect(try machine.succeed("model", "ls", "--quiet").split(separator: "\n").count == 7)
        #expect(try kept(machine).isEmpty)
    }

    @Test("that cannot be had are refused in one sentence, and leave nothing in the store")
    func refused() throws {
        let machine = try Machine(withImage: false)
        let file = "\(machine.state)/good.gguf"
        try Files.replace(file, with: SmallModel.bytes(rows: 1000))
        let server = try FileServer(file, log: "\(machine.state)/requests")
        let wrong = String(repeating: "0", count: 64)
        for (words, status, text) in [
            ([server.address("plain"), "--sha256", wrong], 65, "instead of"),
            ([server.address("plain")], 64, "--sha256"),
            ([server.address("missing"), "--sha256", wrong], 69, "404"),
            ([server.address("loop"), "--sha256", wrong], 69, "redirect"),
            // A server does not get files of this machine into the store.
            ([server.address("file"), "--sha256", wrong], 69, "rotocol"),
            ([server.address("never"), "--sha256", wrong], 69, "cannot fetch"),
            ([server.address("always"), "--sha256", wrong], 69, "cannot fetch"),
            ([server.address("endless"), "--sha256", wrong, "--most", "1MB"], 65, "larger than"),
            ([server.address("plain"), "--sha256", wrong, "--most", "1KB"], 65, "larger than"),
            (["http://127.0.0.1:1/x.gguf", "--sha256", wrong], 69, "cannot fetch"),
            (["file:///no/such.gguf"], 69, "cannot fetch"), (["file://\(machine.state)/requests"], 65, "GGUF"),
            (["ftp://example.org/x.gguf"], 64, "https://"), (["x.gguf"], 64, "https://"),
            ([server.address("plain"), "--sha256", "abc"], 64, "64 digits"),
        ] as [([String], Int32, String)] {
            let result = try machine.aiu(
                ["model", "pull"] + words + ["--name", "x"], variables: ["XDG_CACHE_HOME=\(machine.state)/cache"])
            #expect(result.status == status && result.errors.contains(text), "\(words): \(result)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        }
        #expect(try machine.succeed("model", "ls", "--quiet").isEmpty)
        try machine.succeed("model", "add", file, "--name", "x")
        let taken = try pull(machine, server.address("plain"), "--sha256", wrong, "--name", "x")
        #expect(taken.status == 73 && taken.errors.contains("already"))
    }

    @Test("that are interrupted go on where they were")
    func interrupted() throws {
        let machine = try Machine(withImage: false)
        let file = "\(machine.state)/good.gguf"
        try Files.replace(file, with: SmallModel.bytes(rows: 1000))
        let server = try FileServer(file, log: "\(machine.state)/requests")
        try machine.succeed("model", "ls")
        let digest = try digest(of: file)
        var request = machine.request(["model", "pull", server.address("slow"), "--sha256", digest, "--name", "x"])
        request.environment.append("XDG_CACHE_HOME=\(machine.state)/cache")
        request.newSession = true
        let child = try Child.spawn(request)
        let folder = "\(machine.state)/cache/aiu/pull"
        let hasBegun = try machine.eventually {
            guard let part = try kept(machine).first(where: { $0.hasSuffix(".part") }) else { return false }
            return try Files.metadata("\(folder)/\(part)").st_size > 0
        }
        #expect(hasBegun)
        try child.signal(SIGINT)
        #expect(try child.wait() == .exited(130))
        #expect(try kept(machine).contains { $0.hasSuffix(".part") })
        let result = try pull(machine, server.address("slow"), "--sha256", digest, "--name", "x")
        #expect(result.status == 0, "\(result)")
        #expect(try server.requests().last?.contains("bytes=") == true)
        try machine.succeed("model", "verify", "x")
        #expect(try kept(machine).isEmpty)
    }

    @Test("that nothing says to be the same file begin anew")
    func strange() throws {
        let machine = try Machine(withImage: false)
        let file = "\(machine.state)/good.gguf"
        try Files.replace(file, with: SmallModel.bytes(rows: 1000))
        try Files.replace("\(try place(machine, "file://\(file)")).part", with: Array("another file".utf8))
        let result = try pull(machine, "file://\(file)", "--name", "x")
        #expect(result.status == 0, "\(result)")
        #expect(try kept(machine).isEmpty)
    }

    @Test("that are compared can be interrupted, too")
    func comparison() throws {
        let machine = try Machine(withImage: false)
        try machine.succeed("model", "ls")
        let address = "file:///no/such.gguf"
        let whole = "\(try place(machine, address)).whole"
        // Fetched before, as it were: long to read, and nowhere on the disk.
        try FileDescriptor.open(whole, O_WRONLY | O_CREAT).truncate(to: 32 << 30)
        var request = machine.request(
            ["model", "pull", address, "--sha256", String(repeating: "0", count: 64), "--name", "x"])
        request.environment.append("XDG_CACHE_HOME=\(machine.state)/cache")
        request.newSession = true
        let child = try Child.spawn(request)
        let file = try Files.metadata(whole).st_ino
        let compares = try machine.eventually {
            try Files.names(in: "/proc/\(child.pid)/fd").contains {
                // A descriptor may be closed while we look.
                (try? Files.metadata("/proc/\(child.pid)/fd/\($0)"))?.st_ino == file
            }
        }
        #expect(compares)
        try child.signal(SIGINT)
        #expect(try child.wait() == .exited(130))
        #expect(Files.exists(whole))
    }

    @Test("end with aiu, however that ends")
    func killed() throws {
        let machine = try Machine(withImage: false)
        let file = "\(machine.state)/good.gguf"
        try Files.replace(file, with: SmallModel.bytes(rows: 10_000))
        let server = try FileServer(file, log: "\(machine.state)/requests")
        try machine.succeed("model", "ls")
        let address = server.address("slow")
        let place = try place(machine, address)
        var request = machine.request(
            ["model", "pull", address, "--sha256", String(repeating: "0", count: 64), "--name", "x"])
        request.environment.append("XDG_CACHE_HOME=\(machine.state)/cache")
        request.newSession = true
        let child = try Child.spawn(request)
        let hasBegun = try machine.eventually {
            try Files.exists("\(place).part") && machine.process("curl") != nil
        }
        #expect(hasBegun)
        let curl = try ProcessHandle.open(try #require(try machine.process("curl")))
        let held = try Files.metadata("/proc/\(try #require(try machine.process("curl")))/fd/3")
        #expect(try held.st_ino == Files.metadata("\(place).lock").st_ino)
        try child.signal(SIGKILL)
        #expect(try child.wait() == .killed(signal: SIGKILL))
        var item = pollfd(fd: curl.raw, events: Int16(POLLIN), revents: 0)
        // By itself it would take a minute.
        #expect(unsafe poll(&item, 1, 10_000) == 1)
    }

    /// Where what is fetched from an address lies, without the ending; its folder is there.
    private func place(_ machine: borrowing Machine, _ address: String) throws -> String {
        let text = "\(machine.state)/address"
        try Files.replace(text, with: Array(address.utf8))
        let folder = "\(machine.state)/cache/aiu/pull"
        try Files.makeFolder(folder)
        return "\(folder)/\(try digest(of: text).prefix(24))"
    }

    private func digest(of file: String) throws -> String {
        let output = "\(file).sha256"
        let child = try Child.spawn(
            SpawnRequest(
                "/bin/sh", ["-c", "sha256sum < \"$1\" | cut -c1-64 > \"$2\"", "sh", file, output],
                environment: ["PATH=/usr/bin:/bin"]))
        try #require(try child.wait() == .exited(0))
        return String(String(decoding: try Files.read(output), as: UTF8.self).prefix(64))
    }
}
