import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

/// VMs with a network card: on a host with a world behind it, neighbours, and addresses that are nobody's to reach.
@Suite(
    "real VMs: a network card", .serialized,
    .enabled(if: Machine.isAvailable && FakeNetworks.isPossible && Files.exists("/dev/net/tun")))
struct CardTests {
    /// Without any proxy, as programs do that know of none.
    private static let prelude = """
        import socket, struct, sys
        def get(host, port=80, what='x'):
            try:
                s = socket.create_connection((host, port), timeout=4)
                s.sendall(f'GET /{what} HTTP/1.0\\r\\n\\r\\n'.encode())
                got = b''
                while True:
                    part = s.recv(4096)
                    if not part: break
                    got += part
                print('reached', host, got[-20:].decode())
            except OSError as e: print('not reached', host, e)

        """
    private static let hostAddress = "93.184.200.1"

    @Test("plain connections reach the world, and neither the host, nor a neighbour, nor what is not public")
    func card() throws {
        let networks = try FakeNetworks(in: "\(Machine.folder)/cards-\(getpid())")
        try prepare(networks)
        let machine = try Machine()
        try machine.serve("{}", in: networks.host)
        try apply(machine, #""mode": "open", "card": true"#)
        for name in ["box", "other"] { try launch(machine, name, "open") }
        try launch(machine, "listed", "allowlist")
        try machine.succeed("launch", "sealed", "--memory", "192MB")

        // Who may reach less has no network device at all.
        for name in ["listed", "sealed"] {
            #expect(try machine.succeed("exec", name, "--", "ls", "/sys/class/net") == "lo")
        }
        try reaches(machine, networks)
        try keepsOut(machine, networks)
        try follows(machine, networks)
        try survives(machine, networks)

        for name in ["box", "other", "listed", "sealed"] { try machine.succeed("delete", "--force", "--purge", name) }
        #expect(try machine.eventually { try !said(networks, "ip", "link").contains(": aiu") })
        #expect(try machine.eventually { try !said(networks, "nft", "list", "tables").contains("aiu") })
    }

    private func reaches(_ machine: borrowing Machine, _ networks: FakeNetworks) throws {
        let shown = try machine.succeed("net", "show", "box")
        #expect(shown.contains("198.19."), "\(shown)")
        let output = try run(
            machine, "box",
            """
            get('\(FakeNetworks.server)', 80, 'plain'); get('\(FakeNetworks.server)', 8080, 'port')
            get('any.example', 80, 'name')
            u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.settimeout(4)
            u.sendto(b'datagram', ('\(FakeNetworks.server)', 7)); print(u.recv(100).decode())
            import urllib.request
            print('proxy', urllib.request.urlopen('http://any.example/proxied', timeout=15).read().decode())
            """)
        #expect(output.split(separator: "\n").count { $0.hasPrefix("reached") } == 3, "\(output)")
        #expect(output.contains("echo datagram") && output.contains("proxy hello from the world"), "\(output)")
        for what in ["plain", "port", "name", "proxied"] {
            let visits = networks.visits.filter { $0.contains("/\(what) ") }
            #expect(visits.count == 1 && visits[0].hasPrefix("\(FakeNetworks.interfaceAddress) "), "\(what): \(visits)")
        }
        // What passes the card is counted like the rest.
        let before = try used(machine)
        _ = try run(machine, "box", "for i in range(30): get('\(FakeNetworks.server)', 80, 'counted')")
        #expect(try machine.eventually { try used(machine) > before + 30 * 200 })
    }

    private func keepsOut(_ machine: borrowing Machine, _ networks: FakeNetworks) throws {
        let neighbour = try machine.start(
            "exec", "--user", "root", "other", "--", "python3", "-c",
            """
            import socket
            s = socket.socket(); s.bind(('0.0.0.0', 5555)); s.listen(); open('/tmp/waits', 'w')
            while True: s.accept(); open('/tmp/visited', 'w')
            """)
        defer {
            // It ends with its VM in any case.
            try? neighbour.signal(SIGKILL)
        }
        #expect(
            try machine.eventually { try machine.aiu("exec", "other", "--", "test", "-e", "/tmp/waits").status == 0 })
        let other = try #require(try address(of: "other", machine))
        let visits = networks.visits.count
        let output = try run(
            machine, "box",
            """
            get('\(other)', 5555)
            for port in (80, 53): get('198.19.0.1', port)
            for host in ('\(Self.hostAddress)', '192.0.2.2', '\(FakeNetworks.interfaceAddress)', '198.51.100.1',
                         '\(FakeNetworks.privateServer)', '169.254.169.254', '100.64.0.1', '192.168.1.1'): get(host)
            def header(source, target, kind, body):
                return struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(body), 7, 0, 64, kind, 0, socket.inet_aton(source),
                                   socket.inet_aton(target)) + body
            r = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
            for source in ('\(other)', '198.19.77.77', '93.184.216.99', '127.0.0.1', '198.19.0.1'):
                body = struct.pack('>HHHH', 4444, 7, 15, 0) + b'spoofed'
                try: r.sendto(header(source, '\(FakeNetworks.server)', 17, body), ('\(FakeNetworks.server)', 0))
                except OSError as e: print(e)
            p = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); name = [n for _, n in socket.if_nameindex() if n != 'lo'][0]
            p.bind((name, 0)); own = p.getsockname()[4]
            body = struct.pack('>HHHH', 4444, 7, 15, 0) + b'spoofed'
            for sender in (b'\\2\\0\\0\\0\\0\\1', own):
                for kind in (b'\\x08\\0', b'\\x86\\xdd', b'\\x81\\0'):
                    p.send(b'\\xff' * 6 + sender + kind + header('198.19.77.77', '\(FakeNetworks.server)', 17, body))
            """, asRoot: true)
        #expect(!output.split(separator: "\n").contains { $0.hasPrefix("reached") }, "\(output)")
        usleep(300_000)
        #expect(networks.visits.count == visits, "\(networks.visits.suffix(3))")
        #expect(try machine.aiu("exec", "other", "--", "test", "-e", "/tmp/visited").status == 1)
        #expect(!Files.exists("\(networks.folder)/host-visits"))
        // An address that is denied, beside one that is not.
        try apply(
            machine, #""mode": "open", "card": true, "deny": [{"host": "\#(FakeNetworks.server)", "ports": [80]}]"#)
        let denied = try run(
            machine, "box",
            "get('\(FakeNetworks.server)'); get('\(FakeNetworks.server)', 8080); get('\(FakeNetworks.other)')")
        #expect(denied.contains("not reached \(FakeNetworks.server)"), "\(denied)")
        #expect(denied.split(separator: "\n").count { $0.hasPrefix("reached") } == 2, "\(denied)")
    }

    /// A policy that narrows cuts the card at once, also what is open; one that widens opens it again.
    private func follows(_ machine: borrowing Machine, _ networks: FakeNetworks) throws {
        try apply(machine, #""mode": "open", "card": true"#)
        for narrow in [
            #""mode": "allowlist", "card": true, "allow": [{"host": "any.example"}]"#, #""mode": "isolated""#,
            #""mode": "open", "card": false"#, #""mode": "open", "card": true, "deny": [{"host": "*.evil.example"}]"#,
        ] {
            let steady = try machine.start(
                "exec", "box", "--", "python3", "-c",
                """
                import socket, time
                u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.settimeout(0.1); last = 0; end = time.time() + 6
                while time.time() < end:
                    try:
                        u.sendto(b'steady', ('\(FakeNetworks.server)', 7)); u.recv(100); last = time.time()
                    except OSError: time.sleep(0.02)
                    open('/tmp/last.new', 'w').write(str(last)); __import__('os').rename('/tmp/last.new', '/tmp/last')
                """)
            #expect(
                try machine.eventually {
                    (Double(try machine.aiu("exec", "box", "--", "cat", "/tmp/last").output) ?? 0) > 1
                })
            let visits = { networks.visits.count { $0.contains("steady") } }
            let began = ContinuousClock.now
            try apply(machine, narrow)
            #expect(ContinuousClock.now - began < .seconds(2))
            usleep(200_000)
            let before = visits()
            usleep(1_000_000)
            #expect(visits() == before, "\(narrow)")
            _ = try steady.wait()
            let output = try run(machine, "box", "get('\(FakeNetworks.server)')")
            #expect(output.hasPrefix("not reached"), "\(narrow): \(output)")
            try apply(machine, #""mode": "open", "card": true"#)
            #expect(
                try machine.eventually {
                    try run(machine, "box", "get('\(FakeNetworks.server)')").hasPrefix("reached")
                })
            try machine.succeed("exec", "box", "--", "rm", "-f", "/tmp/last")
        }
    }

    /// The rules hold without a supervisor, and the next one goes on with them.
    private func survives(_ machine: borrowing Machine, _ networks: FakeNetworks) throws {
        try machine.killSupervisor()
        #expect(try machine.eventually { try !said(networks, "nft", "list", "table", "inet", "aiu").isEmpty })
        let rules = try said(networks, "nft", "list", "table", "inet", "aiu")
        #expect(rules.contains("leaving_") && rules.contains("@special drop"), "\(rules)")
        try machine.serve(nil, in: networks.host)
        #expect(try machine.eventually { try machine.succeed("net", "show", "box").contains("198.19.") })
        let output = try run(
            machine, "box", "get('\(FakeNetworks.server)'); get('\(FakeNetworks.privateServer)')")
        #expect(output.contains("reached \(FakeNetworks.server) hello"), "\(output)")
        #expect(output.contains("not reached \(FakeNetworks.privateServer)"), "\(output)")
        // Somebody flushes all rules of the host: ours come back.
        _ = try said(networks, "nft", "flush", "ruleset")
        #expect(
            try machine.eventually {
                try said(networks, "nft", "list", "tables").contains("aiu")
            })
    }

    private func prepare(_ networks: FakeNetworks) throws {
        try networks.ip("-n", networks.host, "route", "replace", "default", "via", "198.51.100.1", "dev", "vpn0")
        try networks.ip("-n", networks.host, "address", "add", "\(Self.hostAddress)/32", "dev", "lo")
        _ = try said(networks, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        let program = """
            import http.server, sys
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self): open('\(networks.folder)/host-visits', 'w'); self.send_response(200); self.end_headers()
            http.server.HTTPServer(('0.0.0.0', 80), Handler).serve_forever()
            """
        var request = SpawnRequest(
            "/usr/sbin/ip", ["netns", "exec", networks.host, "/usr/bin/python3", "-c", program],
            environment: ["PATH=/usr/bin:/bin"])
        request.deathSignal = SIGKILL
        _ = try Child.spawn(request)
    }

    private func launch(_ machine: borrowing Machine, _ name: String, _ mode: String) throws {
        let list = mode == "allowlist" ? #", "network_options": {"whitelist_domains": ["any.example"]}"# : ""
        try Files.replace(
            "\(machine.state)/\(name).json",
            with: Array(#"{"internet": true, "network_policy": "\#(mode)"\#(list)}"#.utf8))
        try machine.succeed("launch", name, "--memory", "192MB", "--config", "\(machine.state)/\(name).json")
    }

    private func run(
        _ machine: borrowing Machine, _ name: String, _ script: String, asRoot: Bool = false
    ) throws -> String {
        let result = try machine.aiu(
            ["exec", "-i"] + (asRoot ? ["--user", "root"] : []) + [name, "--", "python3", "-"],
            input: Self.prelude + script)
        #expect(result.status == 0, "\(result.errors)")
        return result.output
    }

    private func used(_ machine: borrowing Machine) throws -> Int64 {
        let view = try JSONText.decode(
            NetworkView.self, from: Array(try machine.succeed("net", "show", "box", "--json").utf8))
        return view.counters?.bytesToGuest ?? 0
    }

    private func address(of name: String, _ machine: borrowing Machine) throws -> String? {
        try JSONText.decode(
            NetworkView.self, from: Array(try machine.succeed("net", "show", name, "--json").utf8)
        ).card
    }

    /// What a program says in the host's namespace.
    private func said(_ networks: FakeNetworks, _ words: String...) throws -> String {
        let file = "\(networks.folder)/said"
        let output = try FileDescriptor.open(file, O_RDWR | O_CREAT | O_TRUNC)
        var request = SpawnRequest(
            "/usr/sbin/ip", ["netns", "exec", networks.host] + words,
            environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"])
        request.descriptors = [-1, output.raw, -1]
        _ = try Child.spawn(request).wait()
        return String(decoding: try Files.read(file), as: UTF8.self)
    }

    private func apply(_ machine: borrowing Machine, _ rules: String) throws {
        let policy = #"{"format": 1, "network": {\#(rules), "resolver": "\#(FakeNetworks.names)"}}"#
        try Files.replace("\(machine.state)/wanted.json", with: Array(policy.utf8))
        try machine.succeed("policy", "apply", "\(machine.state)/wanted.json")
    }
}
