import AIUModel
import AIUSystem
import Glibc
import Testing

/// A VM that may reach two names, and everything that it can think of to reach more.
@Suite("real VMs: getting past the proxy", .serialized, .enabled(if: Machine.isAvailable))
struct EgressBypassTests {
    @Test("nothing that is not allowed is reached, whatever the guest says")
    func bypasses() throws {
        let world = try FakeInternet(in: "\(Machine.folder)/world-\(getpid())")
        let machine = try Machine()
        try machine.serve("{}", variables: ["AIU_EGRESS_ROOTS=\(world.roots)"])
        let ports = world.ports
        try allow(machine, world)
        try machine.succeed("launch", "box", "--memory", "192MB", "--config", try configuration(machine))
        // Another VM, which may reach a name of its own and waits for visitors.
        try machine.succeed(
            "launch", "other", "--memory", "192MB", "--config",
            try configuration(machine, "other", #"["theirs.example"]"#))
        let neighbour = try machine.start(
            "exec", "--user", "root", "other", "--", "python3", "-c",
            """
            import socket, threading
            def wait(s):
                s.listen()
                open('/tmp/waits-' + str(s.family.value), 'w')
                while True: s.accept(); open('/tmp/visited', 'a').write('visited ')
            v = socket.socket(socket.AF_VSOCK); v.bind((socket.VMADDR_CID_ANY, 5555))
            t = socket.socket(); t.bind(('0.0.0.0', 5555))
            threading.Thread(target=wait, args=(v,)).start(); wait(t)
            """)
        defer {
            // It ends with its VM in any case.
            try? neighbour.signal(SIGKILL)
        }
        #expect(
            try machine.eventually {
                try machine.aiu("exec", "other", "--", "test", "-e", "/tmp/waits-40", "-a", "-e", "/tmp/waits-2").status
                    == 0
            })
        let context = try #require(try machine.views().first { $0.record.name.text == "other" }?.record.contextID)
        let variables = [
            "--env", "PORTS=\(ports.plain) \(ports.secure) \(ports.raw)", "--env", "NEIGHBOUR=\(context)",
        ]
        func run(_ script: String, _ asRoot: Bool = false) throws -> String {
            let result = try machine.aiu(
                ["exec", "-i"] + variables + (asRoot ? ["--user", "root"] : []) + ["box", "--", "python3", "-"],
                input: Attack.prelude + script)
            #expect(result.status == 0, "\(result.errors)")
            return result.output
        }
        // What is allowed works, or nothing below would prove anything.
        let plain = try run("show(get(f'http://good.example:{PLAIN}/first'))")
        #expect(plain.contains("hello from the world"), "\(plain)")
        let secure = try run(
            """
            import urllib.request
            # Nobody ends this TLS on the way, and the VM does not know who signed for the server.
            blind = ssl._create_unverified_context()
            show(urllib.request.urlopen(f'https://good.example:{SECURE}/tls', timeout=20, context=blind).read())
            """)
        #expect(secure.contains("hello from the world"), "\(secure)")
        #expect(try run("show(socket.gethostbyname('good.example'))").contains("198.18."))

        let before = world.allowed.count
        for attack in Attack.all {
            let known = (world.forbidden.count, world.allowed.count)
            let output = try run(attack.script, attack.asRoot)
            #expect(world.forbidden.count == known.0, "\(attack.name): \(world.forbidden.suffix(3))")
            if !attack.mayReachAllowed {
                #expect(!output.contains("hello from the world"), "\(attack.name): \(output)")
            }
            if let expected = attack.expected { #expect(output.contains(expected), "\(attack.name): \(output)") }
        }
        #expect(world.forbidden.isEmpty, "\(world.forbidden)")
        #expect(!world.allowed.contains { $0.contains("theirs.example") }, "\(world.allowed)")
        #expect(try machine.aiu("exec", "other", "--", "test", "-e", "/tmp/visited").status == 1)
        // The name is the other VM's indeed.
        let theirs = try machine.aiu(
            ["exec", "-i"] + variables + ["other", "--", "python3", "-"],
            input: Attack.prelude + "show(get(f'http://theirs.example:{PLAIN}/mine'))")
        #expect(theirs.output.contains("hello from the world"), "\(theirs.output)\(theirs.errors)")
        try machine.succeed("delete", "--force", "--purge", "other")
        // Whatever was asked of the world's name server was allowed, and asked for addresses only.
        let allowed: Set = [
            "good.example", "api.example", "loop.example", "private.example", "link.example", "metadata.example",
            "rebind.example", "zero.example", "theirs.example",
        ]
        for line in world.names {
            let words = line.split(separator: " ")
            #expect(words.count == 2 && (words[0] == "1" || words[0] == "28"), "\(line)")
            #expect(allowed.contains(String(words.last ?? "")), "\(line)")
        }
        #expect(world.allowed.count >= before)
        try sentences(machine, world)
        try changes(machine, world, run)
        try secrets(machine, world, run)
        try endings(machine)
    }

    /// Decisions are kept, and explained.
    private func sentences(_ machine: borrowing Machine, _ world: FakeInternet) throws {
        let log = try machine.succeed("net", "log", "box", "-n", "1000")
        #expect(log.contains("denied") && log.contains("allowed") && log.contains("good.example"))
        let url = "http://forbidden.example:\(world.ports.plain)/"
        let answer = try machine.aiu("net", "test", "box", url, "--connect")
        #expect(answer.status == 77 && answer.output.contains("denied"), "\(answer.output)\(answer.errors)")
        #expect(answer.output.contains("tried: HTTP/1.1 403"), "\(answer.output)")
        #expect(try machine.succeed("net", "show", "box").contains("allowlist"))
        #expect(try machine.succeed("net", "top").contains("box"))
    }

    /// A change holds at once, and cuts what it no longer allows.
    private func changes(
        _ machine: borrowing Machine, _ world: FakeInternet, _ run: (String, Bool) throws -> String
    ) throws {
        let held = try machine.start(
            "exec", "box", "--", "python3", "-c",
            """
            import socket, time
            s = socket.create_connection(('127.0.0.1', 3128)); s.sendall(b'CONNECT good.example:\(world.ports.secure) HTTP/1.1\\r\\n\\r\\n')
            s.recv(1000); open('/tmp/open', 'w'); s.settimeout(30); began = time.time()
            try: s.recv(1)
            except OSError: pass
            open('/tmp/cut', 'w').write(str(time.time()))
            """)
        #expect(try machine.eventually { try machine.aiu("exec", "box", "--", "test", "-e", "/tmp/open").status == 0 })
        try machine.succeed("net", "deny", "box", "good.example")
        #expect(try machine.eventually { try machine.aiu("exec", "box", "--", "test", "-e", "/tmp/cut").status == 0 })
        _ = try held.wait()
        let denied = try run("show(get(f'http://good.example:{PLAIN}/denied'))", false)
        #expect(!denied.contains("hello from the world"), "\(denied)")
        try machine.succeed("net", "allow", "box", "good.example")
        let back = try run("show(get(f'http://good.example:{PLAIN}/again'))", false)
        #expect(back.contains("hello from the world"), "\(back)")
    }

    /// The value reaches the server and nobody else.
    private func secrets(
        _ machine: borrowing Machine, _ world: FakeInternet, _ run: (String, Bool) throws -> String
    ) throws {
        let value = "hidden-\(UInt64.random(in: 0 ... .max))"
        try machine.succeed("secret", "set", "API_KEY", "--host", "api.example", input: value + "\n")
        #expect(try !machine.succeed("secret", "ls").contains(value))
        let ask = """
            import urllib.request
            for host, scheme, port in (('api.example', 'https', SECURE), ('good.example', 'https', SECURE), ('api.example', 'http', PLAIN)):
                q = urllib.request.Request(f'{scheme}://{host}:{port}/key', headers={'Authorization': 'Bearer AIU_SECRET__API_KEY__'})
                try: show(urllib.request.urlopen(q, timeout=20).read())
                except Exception as e: show(str(e))
            """
        let output = try run(ask, false)
        #expect(!output.contains(value))
        let keyed = world.allowed.filter { $0.contains(value) }
        #expect(
            keyed.count == 1 && keyed[0].contains("api.example:\(world.ports.secure)"), "\(world.allowed.suffix(3))")
        for file in ["aiud.log", "egress", "audit"] {
            let found = try Child.spawn(
                SpawnRequest("/bin/grep", ["-rqF", value, "\(machine.state)/\(file)"], environment: [])
            ).wait()
            #expect(found == .exited(1), "the secret stands in \(file)")
        }
        try machine.succeed("secret", "rm", "API_KEY")
    }

    /// A killed supervisor leaves no proxy; the next one starts it anew; an isolated VM has none.
    private func endings(_ machine: borrowing Machine) throws {
        func proxies() throws -> Int {
            let id = try #require(try machine.views().first { $0.record.name.text == "box" }?.record.id)
            return try Files.names(in: "/proc").count { number in
                guard Int32(number) != nil else { return false }
                // A process may end while it is looked at.
                guard let links = try? Files.names(in: "/proc/\(number)/fd") else { return false }
                return links.contains { link in
                    var buffer = [CChar](repeating: 0, count: 512)
                    let length = unsafe readlink("/proc/\(number)/fd/\(link)", &buffer, buffer.count)
                    let path = String(
                        decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
                    return path.contains("\(id)/egress.log")
                }
            }
        }
        #expect(try proxies() == 1)
        try machine.killSupervisor()
        try machine.serve(nil)
        #expect(try machine.eventually { try proxies() == 1 })
        #expect(try machine.eventually { try machine.succeed("net", "show", "box").contains("runs") })
        try machine.succeed(
            "config", "set", "box", "internet=false", "network_policy=isolated",
            "network_options.whitelist_domains=[]")
        #expect(try proxies() == 0)
        let output = try machine.aiu("exec", "box", "--", "sh", "-c", "env | grep -ci proxy; cat /etc/resolv.conf")
        #expect(output.output == "0\n", "\(output.output)")
    }

    private func allow(_ machine: borrowing Machine, _ world: FakeInternet) throws {
        let ports = "[\(world.ports.plain), \(world.ports.secure)]"
        let rules = [
            "good.example", "api.example", "loop.example", "private.example", "link.example", "metadata.example",
            "rebind.example", "zero.example", "theirs.example",
        ].map { name in
            // Only those that are meant to lead to the host's loopback may, and only to the one address.
            let isLocal = ["good.example", "api.example", "rebind.example", "theirs.example"].contains(name)
            let addresses = isLocal ? #", "addresses": ["127.0.0.2"]"# : ""
            return #"{"host": "\#(name)", "ports": \#(ports)\#(addresses)}"#
        }
        let policy = """
            {"format": 1, "network": {"resolver": "127.0.0.1:\(world.ports.names)", "allow": [\(rules.joined(separator: ", "))]}}
            """
        try Files.replace("\(machine.state)/wanted.json", with: Array(policy.utf8))
        try machine.succeed("policy", "apply", "\(machine.state)/wanted.json")
    }

    private func configuration(
        _ machine: borrowing Machine, _ name: String = "box",
        _ names: String = """
        ["good.example", "api.example", "loop.example", "private.example", "link.example", "metadata.example",
        "rebind.example", "zero.example"]
        """
    ) throws -> String {
        let path = "\(machine.state)/\(name).json"
        let text = """
            {"internet": true, "network_policy": "allowlist", "network_options": {"whitelist_domains": \(names)}}
            """
        try Files.replace(path, with: Array(text.utf8))
        return path
    }
}
