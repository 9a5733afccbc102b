import AIUEgress
import AIUModel
import AIUSystem
import Glibc
import Testing

/// The program itself, locked up as it is on a host: it can still do its work, and nothing else.
struct ProgramTests {
    /// It lies beside the tests, unless these run under a sanitizer, whose memory does not fit into its limit.
    private func program() throws -> String {
        if let folder = unsafe getenv("AIU_ENGINES") { return unsafe String(cString: folder) + "/aiu-egress" }
        let own = try #require(CommandLine.arguments.first)
        let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let path = folder + "/aiu-egress"
        try #require(Files.exists(path), "build aiu-egress first")
        return path
    }

    @Test("it makes authorities, reads TLS, looks names up and tunnels, with all doors closed")
    func confined() throws {
        let origin = try TLSOrigin("a.example.org")
        let made = try Program.run([try program(), "authority", "AIU VM test"])
        #expect(made.status == 0 && made.output.contains("BEGIN CERTIFICATE") && made.output.contains("PRIVATE KEY"))
        let authority = try origin.write("authority.pem", Array(made.output.utf8))
        let user = getuid() == 0 ? ["--user", "65534:65534"] : []
        let world = try World(
            names: ["a.example.org": [[127, 0, 0, 1]], "b.example.org": [[127, 0, 0, 1]]],
            program: [try program(), "serve", "--roots", origin.roots] + user)
        try world.tell(.authority(Array(made.output.utf8)))
        let host = try #require(DomainPattern(parsing: "a.example.org"))
        let secret = EgressSecret(name: "TOKEN", hosts: [host], value: Array("real-value".utf8))
        try world.tell(.secret(try #require(secret)))
        let echo = try Origin { $0 }
        let raw = #"{"host": "b.example.org", "ports": [\#(echo.port)], "addresses": ["127.0.0.1"], "raw": true}"#
        let read =
            #"{"host": "a.example.org", "ports": [\#(origin.port)], "addresses": ["127.0.0.1"], "paths": ["/v1/*"]}"#
        try world.apply(#"{"mode": "allowlist", "allow": [\#(raw), \#(read)]}"#)
        let said = try Program.run([
            "curl", "-sSi", "-m", "20", "--cacert", authority, "-x", "http://127.0.0.1:\(world.port)",
            "-H", "Authorization: Bearer AIU_SECRET__TOKEN__", "https://a.example.org:\(origin.port)/v1/x",
        ])
        #expect(said.output.contains(" 200 OK"), "\(said.output)")
        #expect(origin.received.contains("Authorization: Bearer real-value\n"))
        let client = try world.client()
        try client.send("CONNECT b.example.org:\(echo.port) HTTP/1.1\r\nHost: b.example.org:\(echo.port)\r\n\r\n")
        #expect(client.answer().contains(" 200 "))
        try client.send("x")
        #expect(client.read(1) == [UInt8(ascii: "x")])
        #expect(DNSTests.addresses(try DNSTests.ask(try RawClient(world.dnsPort), "a.example.org", 1)).count == 1)
        try expectLockedUp(try #require(world.process))
    }

    /// Whether some bytes stand anywhere in the memory of a process, as root may see it.
    private func count(of value: String, in process: pid_t) throws -> Int {
        let script = """
            import sys
            value, found = sys.argv[2].encode(), 0
            with open(f"/proc/{sys.argv[1]}/mem", "rb", 0) as memory:
                for line in open(f"/proc/{sys.argv[1]}/maps"):
                    if " rw" not in line: continue
                    start, end = (int(part, 16) for part in line.split()[0].split("-"))
                    memory.seek(start)
                    try: found += memory.read(end - start).count(value)
                    except OSError: pass
            print(found)
            """
        let said = try Program.run(["python3", "-c", script, String(process), value])
        return try #require(Int(said.output.filter { !$0.isWhitespace }), "\(said.output)")
    }

    @Test("a secret is in memory once, and nowhere once it is forgotten")
    func memory() throws {
        // Nobody else may look.
        guard getuid() == 0 else { return }
        let origin = try TLSOrigin("a.example.org")
        let world = try World(
            names: ["a.example.org": [[127, 0, 0, 1]]], program: [try program(), "serve", "--roots", origin.roots])
        let pem = try #require(TLSAuthority.make(name: "x"))
        let authority = try origin.write("authority.pem", pem)
        try world.tell(.authority(pem))
        let host = try #require(DomainPattern(parsing: "a.example.org"))
        let value = "Zq7-\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))"
        let secret = try #require(EgressSecret(name: "TOKEN", hosts: [host], value: Array(value.utf8)))
        try world.tell(.secret(secret))
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let process = try #require(world.process)
        #expect(try count(of: value, in: process) == 1)
        for _ in 1...3 {
            let said = try Program.run([
                "curl", "-sS", "-m", "20", "--cacert", authority, "-x", "http://127.0.0.1:\(world.port)",
                "-H", "Authorization: \(secret.placeholder)", "https://a.example.org:\(origin.port)/quiet",
            ])
            #expect(said.status == 0 && origin.received.contains(value))
        }
        try world.tell(.forget(secret: "TOKEN"))
        _ = try world.report()
        #expect(try count(of: value, in: process) == 0)
    }

    private func expectLockedUp(_ process: pid_t) throws {
        let lines = String(decoding: try Files.read("/proc/\(process)/status"), as: UTF8.self).split(separator: "\n")
        func value(_ name: String) -> String? {
            lines.first { $0.hasPrefix(name + ":") }.map { $0.dropFirst(name.count + 1).filter { !$0.isWhitespace } }
        }
        #expect(value("Seccomp") == "2")
        #expect(value("NoNewPrivs") == "1")
        for set in ["CapEff", "CapPrm", "CapInh", "CapAmb"] { #expect(value(set)?.allSatisfy { $0 == "0" } == true) }
        #expect(value("Threads") == "1")
        if getuid() == 0 { #expect(value("Uid") == "65534655346553465534") }
    }

    @Test("as root it becomes somebody whom nobody else is")
    func ownUser() throws {
        guard getuid() == 0 else { return }
        let world = try World(program: [try program(), "serve"])
        try world.apply(#"{"mode": "open"}"#)
        let process = try #require(world.process)
        let status = String(decoding: try Files.read("/proc/\(process)/status"), as: UTF8.self)
        #expect(status.contains("Uid:\t\(0x7000_0000 + Int(process))\t"))
    }

    @Test(
        "a wrong command line is refused with a sentence, and nothing else",
        arguments: [[], ["serve", "--user", "x"], ["run"], ["authority"]])
    func usage(_ arguments: [String]) throws {
        let said = try Program.run([try program()] + arguments)
        #expect(said.status == 2 && said.output.contains("usage: aiu-egress"))
    }

    @Test("what it says goes into the file that it was given")
    func log() throws {
        // Nobody has this user, but as root it may be become; otherwise that is what is missing.
        guard getuid() != 0 else { return }
        let file = "/tmp/aiu-egress-log-\(getpid())"
        defer { _ = unsafe unlink(file) }
        let world = try World(program: [try program(), "serve", "--user", "0:0"], output: file)
        try world.apply(#"{"mode": "open"}"#)
        #expect(String(decoding: try Files.read(file), as: UTF8.self).contains("runs without a user of its own"))
    }

    @Test("it ends with its supervisor")
    func end() throws {
        let process: pid_t
        do {
            let world = try World(program: [try program(), "serve"])
            try world.apply(#"{"mode": "open"}"#)
            process = try #require(world.process)
        }
        #expect(kill(process, 0) != 0)
    }
}
