import AIUSystem
import Glibc
import Testing

/// Servers on the host's loopback that stand for the world: one that may be reached, one that must not be, and a name
/// server, all in one program that writes down who came.
///
/// 127.0.0.2 is allowed, 127.0.0.3 and everything else is forbidden. Both listen on the same ports.
final class FakeInternet {
    /// What listens where.
    struct Ports {
        var plain = 0
        var secure = 0
        var raw = 0
        var names = 0
    }

    private let folder: String
    private let child: Child
    let ports: Ports
    /// The authority that signed the servers' certificates.
    var roots: String { "\(folder)/ca.pem" }

    init(in folder: String) throws {
        self.folder = folder
        try Files.makeFolder(folder)
        try Files.replace("\(folder)/world.py", with: Array(Self.program.utf8))
        var request = SpawnRequest(
            "/usr/bin/python3", ["\(folder)/world.py", folder], environment: ["PATH=/usr/bin:/bin", "HOME=/root"])
        request.deathSignal = SIGKILL
        request.descriptors = [-1, -1, 2]
        child = try Child.spawn(request)
        var ports: Ports?
        for _ in 0..<300 where ports == nil {
            usleep(100_000)
            let text = String(decoding: (try? Files.read("\(folder)/ports")) ?? [], as: UTF8.self)
            let numbers = text.split(separator: " ").compactMap { Int($0) }
            if numbers.count == 4 {
                ports = Ports(plain: numbers[0], secure: numbers[1], raw: numbers[2], names: numbers[3])
            }
        }
        self.ports = try #require(ports, "the servers of the test did not start")
    }

    deinit {
        // It ends with the tests in any case.
        try? child.signal(SIGKILL)
        _ = try? child.wait()
    }

    /// Everything that reached a server which must not be reached.
    var forbidden: [String] { lines("forbidden") }
    /// Requests that reached the server which may be.
    var allowed: [String] { lines("allowed") }
    /// Names that were asked for.
    var names: [String] { lines("names") }

    private func lines(_ name: String) -> [String] {
        String(decoding: (try? Files.read("\(folder)/\(name)")) ?? [], as: UTF8.self).split(separator: "\n").map(
            String.init)
    }

    private static let program = #"""
        import http.server, os, socket, ssl, struct, subprocess, sys, threading
        folder = sys.argv[1]
        lock = threading.Lock()
        def note(name, text):
            with lock, open(f'{folder}/{name}', 'a') as f: f.write(text.replace('\n', ' ') + '\n')
        def openssl(*words): subprocess.run(['openssl', *words], cwd=folder, check=True, capture_output=True)
        openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
                '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test authority')
        openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'server.key',
                '-out', 'server.csr', '-subj', '/CN=good.example')
        with open(f'{folder}/names.cnf', 'w') as f:
            f.write('subjectAltName=DNS:good.example,DNS:api.example,DNS:evil.example,DNS:forbidden.example')
        openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial',
                '-days', '2', '-out', 'server.pem', '-extfile', 'names.cnf')

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            def answer(self):
                length = int(self.headers.get('Content-Length') or 0)
                if length: self.rfile.read(length)
                elif 'chunked' in (self.headers.get('Transfer-Encoding') or ''):
                    while True:
                        size = int(self.rfile.readline().split(b';')[0], 16)
                        self.rfile.read(size + 2)
                        if not size: break
                note('allowed', f"{self.command} {self.path} {self.headers.get('Host')} "
                                f"{self.headers.get('Authorization') or '-'}")
                if self.path.startswith('/redirect'):
                    self.send_response(302)
                    self.send_header('Location', f'http://forbidden.example:{self.server.server_port}/stolen')
                    self.send_header('Content-Length', '0')
                    return self.end_headers()
                self.send_response(200)
                body = b'hello from the world'
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                if self.command != 'HEAD': self.wfile.write(body)
            do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = answer
            def log_message(self, *words): pass

        class Server(http.server.ThreadingHTTPServer):
            # Attacks send what is no HTTP and leave in the middle: their connection ends, and nothing is to be said of it.
            def handle_error(self, request, client): pass

        def free():
            while True:
                with socket.socket() as a, socket.socket() as b:
                    a.bind(('127.0.0.2', 0))
                    port = a.getsockname()[1]
                    try: b.bind(('127.0.0.3', port))
                    except OSError: continue
                    return port
        plain, secure, raw = free(), free(), free()
        def serve(port, tls):
            server = Server(('127.0.0.2', port), Handler)
            if tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(f'{folder}/server.pem', f'{folder}/server.key')
                server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        serve(plain, False); serve(secure, True)

        def listen(address, port, name):
            server = socket.socket()
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind((address, port)); server.listen(64)
            def run():
                while True:
                    peer, who = server.accept()
                    peer.settimeout(1)
                    try: first = peer.recv(200)
                    except OSError: first = b''
                    note(name, f'tcp {address}:{port} {first!r}')
                    peer.close()
            threading.Thread(target=run, daemon=True).start()
        for port in (plain, secure, raw): listen('127.0.0.3', port, 'forbidden')
        for port in (plain, secure): listen('127.0.0.1', port, 'forbidden')
        # Open on the good host, but on a port that no rule names.
        listen('127.0.0.2', raw, 'forbidden')

        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind(('127.0.0.3', raw))
        def datagram():
            while True:
                data, who = datagrams.recvfrom(2000)
                note('forbidden', f'udp {data!r}')
        threading.Thread(target=datagram, daemon=True).start()

        names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        names.bind(('127.0.0.1', 0))
        asked = {}
        def address(name):
            asked[name] = asked.get(name, 0) + 1
            return {
                'good.example': '127.0.0.2', 'api.example': '127.0.0.2', 'theirs.example': '127.0.0.2', 'loop.example': '127.0.0.3',
                'private.example': '10.1.2.3', 'link.example': '169.254.7.7', 'metadata.example': '169.254.169.254',
                'forbidden.example': '127.0.0.3', 'zero.example': '0.0.0.0',
                # Another one each time it is asked.
                'rebind.example': '127.0.0.2' if asked[name] % 2 else '127.0.0.3',
            }.get(name)
        def resolve():
            while True:
                data, who = names.recvfrom(2000)
                labels, index = [], 12
                while data[index]:
                    labels.append(data[index + 1:index + 1 + data[index]].decode('latin1'))
                    index += data[index] + 1
                name = '.'.join(labels).lower()
                kind = struct.unpack('>H', data[index + 1:index + 3])[0]
                note('names', f'{kind} {name}')
                found = address(name) if kind == 1 else None
                head = data[:2] + struct.pack('>HHHHH', 0x8180 if address_known(name) else 0x8183, 1, 1 if found else 0, 0, 0)
                answer = head + data[12:index + 5]
                if found: answer += b'\xc0\x0c' + struct.pack('>HHIH', 1, 1, 1, 4) + socket.inet_aton(found)
                names.sendto(answer, who)
        def address_known(name): return name.endswith('.example')
        threading.Thread(target=resolve, daemon=True).start()
        with open(f'{folder}/ports.new', 'w') as f: f.write(f'{plain} {secure} {raw} {names.getsockname()[1]}')
        os.rename(f'{folder}/ports.new', f'{folder}/ports')
        threading.Event().wait()
        """#
}
