import AIUEgress
import AIUModel
import AIUSystem
import Testing

/// TLS that ends at the proxy: for hosts with secrets, and for rules about methods and paths.
@Suite(.serialized) struct InterceptionTests {
    private static let value = "s3cr3t-Value+/="
    private static let placeholder = EgressSecret.placeholder("API_KEY")

    /// A server of TLS, a proxy that trusts it, and the file of the authority that the guest trusts.
    private struct Scene {
        let origin: TLSOrigin
        let world: World
        let authority: String

        init(extra: String = "", hasAuthority: Bool = true) throws {
            origin = try TLSOrigin("a.example.org")
            world = try World(
                names: ["a.example.org": [[127, 0, 0, 1]], "b.example.org": [[127, 0, 0, 1]]], roots: origin.roots)
            let pem = try #require(TLSAuthority.make(name: "AIU VM test"))
            authority = try origin.write("authority.pem", pem)
            if hasAuthority { try world.tell(.authority(pem)) }
            try world.apply(World.allowing("a.example.org", "b.example.org", port: origin.port, extra: extra))
        }

        func keep(_ hosts: String...) throws {
            let patterns = hosts.compactMap { DomainPattern(parsing: $0) }
            let secret = EgressSecret(name: "API_KEY", hosts: patterns, value: Array(InterceptionTests.value.utf8))
            try world.tell(.secret(try #require(secret)))
            _ = try world.report()
        }

        /// What curl in the guest gets: status and all that it shows.
        func curl(_ arguments: String..., host: String = "a.example.org", trusting: String? = nil) throws -> String {
            try curl(["-i"] + arguments, host: host, trusting: trusting)
        }

        var trust: [String] { ["-sS", "-m", "20", "--cacert", authority, "-x", "http://127.0.0.1:\(world.port)"] }

        func curl(
            _ arguments: [String], host: String = "a.example.org", trusting: String? = nil
        ) throws -> String {
            let words = trust.map { $0 == authority ? trusting ?? authority : $0 } + arguments
            let result = try Program.run(
                ["curl"] + words.map { $0.replacing("URL", with: "https://\(host):\(origin.port)") })
            return "\(result.status) \(result.output)"
        }
    }

    @Test("a placeholder becomes the secret on its way, and nobody else sees it")
    func secret() throws {
        let scene = try Scene()
        try scene.keep("a.example.org")
        let said = try scene.curl("-H", "Authorization: Bearer \(Self.placeholder)", "URL/x")
        #expect(said.hasPrefix("0 ") && said.contains("HTTP/1.1 200"))
        #expect(scene.origin.received.contains("Authorization: Bearer \(Self.value)\n"))
        // The server's head gives it back, and the guest still does not see it.
        #expect(said.contains("X-Echo: Bearer \(Self.placeholder)"))
        _ = try scene.world.report()
        let decision = scene.world.decisions.first { $0.kind == .request }
        #expect(decision?.secrets == ["API_KEY"] && decision?.path == "/x")
        #expect(!scene.world.decisions.contains { "\($0)".contains(Self.value) })
    }

    @Test("basic authentication carries it, and fields that servers give back do not")
    func fields() throws {
        let scene = try Scene()
        try scene.keep("a.example.org")
        _ = try scene.curl(
            "-u", "user:\(Self.placeholder)", "-H", "Origin: \(Self.placeholder)", "-H",
            "X-Api-Key: k\(Self.placeholder)k", "URL/")
        let basic = try Program.run(["sh", "-c", "printf %s 'user:\(Self.value)' | base64"]).output.prefix {
            $0 != "\n"
        }
        #expect(scene.origin.received.contains("Authorization: Basic \(basic)\n"))
        #expect(scene.origin.received.contains("X-Api-Key: k\(Self.value)k\n"))
        #expect(scene.origin.received.contains("Origin: \(Self.placeholder)\n"))
    }

    @Test("another host does not get it, and nobody gets it without TLS")
    func elsewhere() throws {
        let scene = try Scene()
        try scene.keep("b.example.org")
        _ = try scene.curl("-H", "Authorization: \(Self.placeholder)", "URL/", trusting: scene.origin.roots)
        #expect(scene.origin.received.contains("Authorization: \(Self.placeholder)\n"))
        let plain = try Origin()
        try scene.world.apply(World.allowing("b.example.org", port: plain.port))
        let answer = try scene.world.ask(
            RequestTests.get("b.example.org", plain.port, "/", "Authorization: \(Self.placeholder)\r\n"))
        #expect(answer.hasPrefix("HTTP/1.1 403") && answer.contains("over TLS only"))
        #expect(plain.received.isEmpty)
        #expect(!scene.origin.received.contains(Self.value))
    }

    @Test("a forgotten secret is not put in any more")
    func forgotten() throws {
        let scene = try Scene(extra: #", "methods": ["GET"]"#)
        try scene.keep("a.example.org")
        try scene.world.tell(.forget(secret: "API_KEY"))
        _ = try scene.world.report()
        _ = try scene.curl("-H", "Authorization: \(Self.placeholder)", "URL/")
        #expect(scene.origin.received.contains("Authorization: \(Self.placeholder)\n"))
    }

    @Test("methods and paths are decided in TLS, too")
    func paths() throws {
        let scene = try Scene(extra: #", "methods": ["GET"], "paths": ["/v1/*"]"#)
        #expect(try scene.curl("URL/v1/x").contains("HTTP/1.1 200 OK"))
        #expect(try scene.curl("-X", "POST", "URL/v1/x").contains("HTTP/1.1 403"))
        #expect(try scene.curl("URL/v2").contains("HTTP/1.1 403"))
        #expect(try scene.curl("--path-as-is", "URL/v1/../v2").contains("HTTP/1.1 403"))
        #expect(try scene.curl("-H", "X-HTTP-Method-Override: DELETE", "URL/v1/x").contains("HTTP/1.1 403"))
        #expect(try scene.curl("-H", "Host: b.example.org", "URL/v1/x").contains("HTTP/1.1 400"))
        #expect(try scene.curl("--http2", "URL/v1/y").contains("HTTP/1.1 200 OK"))
        #expect(!scene.origin.received.contains("v2") && !scene.origin.received.contains("POST"))
    }

    @Test("large bodies go through, both ways and over one connection", arguments: [1, 4])
    func large(_ mebibytes: Int) throws {
        let scene = try Scene(extra: #", "methods": ["POST"]"#)
        let bytes = (0..<mebibytes << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 9) }
        let sent = try scene.origin.write("sent", bytes)
        let got = try scene.origin.write("got", [])
        let arguments = ["--data-binary", "@" + sent, "-o", got, "-D", "/dev/null", "-H", "Expect:", "URL/"]
        let twice = try scene.curl(arguments + ["--next"] + scene.trust + arguments)
        #expect(twice.hasPrefix("0 "), "\(twice)")
        #expect(try Files.read(got, limit: 64 << 20) == bytes)
    }

    @Test("a server whose certificate is for another name gets nothing")
    func certificate() throws {
        let scene = try Scene(extra: #", "methods": ["GET"]"#)
        let said = try scene.curl("URL/", host: "b.example.org")
        #expect(said.contains("HTTP/1.1 502") && said.contains("hostname mismatch"))
        #expect(scene.origin.received.isEmpty)
    }

    @Test("a server that nobody vouches for gets nothing")
    func stranger() throws {
        let scene = try Scene(extra: #", "methods": ["GET"]"#)
        let world = try World(names: ["a.example.org": [[127, 0, 0, 1]]])
        try world.tell(.authority(try #require(TLSAuthority.make(name: "x"))))
        try world.apply(World.allowing("a.example.org", port: scene.origin.port, extra: #", "methods": ["GET"]"#))
        let result = try Program.run([
            "curl", "-sSik", "-m", "20", "-x", "http://127.0.0.1:\(world.port)",
            "https://a.example.org:\(scene.origin.port)/",
        ])
        #expect(result.output.contains("HTTP/1.1 502") && result.output.contains("certificate"))
        #expect(scene.origin.received.isEmpty)
    }

    @Test("without an authority, what must be read is not let through")
    func noAuthority() throws {
        let scene = try Scene(extra: #", "methods": ["GET"]"#, hasAuthority: false)
        #expect(!(try scene.curl("-k", "URL/")).hasPrefix("0 "))
        _ = try scene.world.report()
        #expect(scene.world.decisions.contains { $0.rule.contains("no authority") })
        #expect(scene.origin.received.isEmpty)
    }

    @Test("hosts without secrets and without such rules are not read: the guest sees their own certificate")
    func untouched() throws {
        let scene = try Scene()
        #expect(try scene.curl("URL/", trusting: scene.origin.roots).contains("HTTP/1.0 200") == false)
        #expect(try scene.curl("URL/", trusting: scene.origin.roots).contains(" 200 OK"))
        #expect(!(try scene.curl("URL/")).hasPrefix("0 "))
    }
}
