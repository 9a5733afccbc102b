import AIUModel
import AIUSystem
import Glibc
import Testing

/// Network namespaces with cables between them: a host that the supervisor runs in, a world with servers, and a decoy to which
/// the host's usual routes lead and where whatever leaks is counted.
///
/// ```
/// host ─ leak0 ───────────── decoy   the host's default route: whoever arrives here has leaked
/// host ─ vpn0 ──────┐
///                   ├─────── world   93.184.216.10 serves, 93.184.216.53 answers for names
/// tunnel ─ tun0 ────┘
/// ```
final class FakeNetworks {
    static let server = "93.184.216.10"
    static let other = "93.184.216.11"
    static let names = "93.184.216.53"
    static let privateServer = "10.9.9.9"
    /// Where requests by the two ways come from.
    static let interfaceAddress = "198.51.100.2"
    static let tunnelAddress = "203.0.113.2"

    /// What it takes: root, and a kernel that has namespaces.
    static let isPossible = geteuid() == 0 && Files.exists("/usr/sbin/ip")

    let folder: String
    let host: String
    let tunnel: String
    private let world: String
    private let decoy: String
    private var children: [Int32: FileDescriptorBox] = [:]

    /// A handle of a process, which a dictionary can keep.
    private final class FileDescriptorBox {
        let file: FileDescriptor
        init(_ file: consuming FileDescriptor) { self.file = file }
    }

    init(in folder: String) throws {
        self.folder = folder
        let mark = "aiu-\(getpid())-\(UInt16.random(in: 0 ... .max))"
        (host, tunnel, world, decoy) = ("\(mark)-h", "\(mark)-t", "\(mark)-w", "\(mark)-d")
        try Files.makeFolder(folder)
        for name in [host, world, decoy] { try add(name) }
        try cable(host, "leak0", "192.0.2.2/24", decoy, "leak1", "192.0.2.1/24")
        try cable(host, "vpn0", "\(Self.interfaceAddress)/24", world, "w0", "198.51.100.1/24")
        try ip("-n", host, "route", "add", "default", "via", "192.0.2.1", "dev", "leak0")
        try ip("-n", host, "route", "add", "default", "via", "198.51.100.1", "dev", "vpn0", "metric", "1000")
        for address in [Self.server, Self.other, Self.names, Self.privateServer] {
            try ip("-n", world, "address", "add", "\(address)/32", "dev", "lo")
        }
        try makeTunnel()
        try Files.replace("\(folder)/world.py", with: Array(Self.worldProgram.utf8))
        try Files.replace("\(folder)/decoy.py", with: Array(Self.decoyProgram.utf8))
        try serve(world, "world.py")
        try serve(decoy, "decoy.py")
        for name in ["world.ready", "decoy.ready"] {
            var isThere = false
            for _ in 0..<200 where !isThere {
                usleep(50_000)
                isThere = Files.exists("\(folder)/\(name)")
            }
            try #require(isThere, "the servers of the test did not start")
        }
    }

    deinit {
        for child in children.values {
            // They end with the tests in any case.
            try? ProcessHandle.signal(child.file, SIGKILL)
        }
        for name in [host, tunnel, world, decoy] where Files.exists(NetworkNamespace.path(of: name)) {
            // Whoever looks at what is left finds it by its name.
            try? ip("netns", "delete", name)
        }
    }

    /// Requests that reached the world: where each came from, and what it asked for.
    var visits: [String] { lines("visits") }
    /// Packets that went to where nothing must go.
    var leaks: [String] { lines("leaks") }

    private func lines(_ name: String) -> [String] {
        String(decoding: (try? Files.read("\(folder)/\(name)")) ?? [], as: UTF8.self).split(separator: "\n").map(
            String.init)
    }

    /// The namespace of the tunnel, with its cable to the world.
    func makeTunnel() throws {
        try add(tunnel)
        try cable(tunnel, "tun0", "\(Self.tunnelAddress)/24", world, "w1", "203.0.113.1/24")
        try ip("-n", tunnel, "route", "add", "default", "via", "203.0.113.1", "dev", "tun0")
    }

    func set(_ namespace: String, _ interface: String, up: Bool) throws {
        try ip("-n", namespace, "link", "set", interface, up ? "up" : "down")
    }

    func ip(_ words: String...) throws {
        let child = try Child.spawn(SpawnRequest("/usr/sbin/ip", words, environment: ["PATH=/usr/sbin:/usr/bin"]))
        try #require(try child.wait() == .exited(0), "ip \(words.joined(separator: " "))")
    }

    private func add(_ name: String) throws {
        try ip("netns", "add", name)
        try ip("-n", name, "link", "set", "lo", "up")
        // What the kernel says by itself over IPv6 would be counted.
        try ip("netns", "exec", name, "/bin/sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 || true")
    }

    private func cable(
        _ near: String, _ nearName: String, _ nearAddress: String, _ far: String, _ farName: String,
        _ farAddress: String
    ) throws {
        try ip("link", "add", nearName, "netns", near, "type", "veth", "peer", "name", farName, "netns", far)
        for (space, name, address) in [(near, nearName, nearAddress), (far, farName, farAddress)] {
            try ip("-n", space, "address", "add", address, "dev", name)
            try ip("-n", space, "link", "set", name, "up")
        }
    }

    private func serve(_ namespace: String, _ program: String) throws {
        var request = SpawnRequest(
            "/usr/sbin/ip", ["netns", "exec", namespace, "/usr/bin/python3", "\(folder)/\(program)", folder],
            environment: ["PATH=/usr/bin:/bin", "HOME=/root"])
        request.deathSignal = SIGKILL
        request.descriptors = [-1, -1, 2]
        let child = try Child.spawn(request)
        children[child.pid] = FileDescriptorBox(try child.pidfd.duplicate())
    }

    private static let worldProgram = #"""
        import os, socket, struct, sys, threading
        folder = sys.argv[1]
        def note(text):
            with open(f'{folder}/visits', 'a') as f: f.write(text.replace('\n', ' ') + '\n')
        def web(port):
            s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(('0.0.0.0', port)); s.listen(64)
            while True:
                c, who = s.accept(); c.settimeout(3)
                try:
                    head = c.recv(4096)
                    line = head.split(b'\r\n')[0].decode('latin1')
                    note(f'{who[0]} {c.getsockname()[0]} {line}')
                    body = b'hello from the world'
                    c.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' % (len(body), body))
                except OSError: pass
                c.close()
        def names():
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('93.184.216.53', 53))
            while True:
                data, who = s.recvfrom(2000)
                index = 12
                while data[index]: index += data[index] + 1
                kind = struct.unpack('>H', data[index + 1:index + 3])[0]
                found = kind == 1
                answer = data[:2] + struct.pack('>HHHHH', 0x8180, 1, 1 if found else 0, 0, 0) + data[12:index + 5]
                if found: answer += b'\xc0\x0c' + struct.pack('>HHIH', 1, 1, 1, 4) + socket.inet_aton('93.184.216.10')
                s.sendto(answer, who)
        def echo():
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('93.184.216.10', 7))
            while True:
                data, who = s.recvfrom(2000)
                note(f'{who[0]} udp {data[:40]!r}')
                s.sendto(b'echo ' + data, who)
        for work, words in ((web, (80,)), (web, (8080,)), (names, ()), (echo, ())):
            threading.Thread(target=work, args=words, daemon=True).start()
        open(f'{folder}/world.ready', 'w').close()
        threading.Event().wait()
        """#

    /// Counts every packet of IPv4; who asks for the neighbour's address has not sent anything yet.
    private static let decoyProgram = #"""
        import socket, sys
        folder = sys.argv[1]
        s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
        s.bind(('leak1', 0x0800))
        open(f'{folder}/decoy.ready', 'w').close()
        while True:
            packet, where = s.recvfrom(2000)
            if where[2] == 4: continue
            with open(f'{folder}/leaks', 'a') as f:
                f.write(f'{socket.inet_ntoa(packet[12:16])} {socket.inet_ntoa(packet[16:20])} {packet[9]}\n')
        """#
}
