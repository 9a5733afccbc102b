import AIUEgress
import AIUSystem
import Glibc

/// A server of TLS for one name, with an authority of its own, that shows what it gets and sends it back.
final class TLSOrigin {
    let port: UInt16
    let roots: String
    private let folder: String
    private let process: pid_t

    private static let script = """
        import http.server, ssl, sys, os
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                with open(sys.argv[2], "a") as log:
                    log.write(self.raw_requestline.decode() + str(self.headers))
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                given = "quiet" if self.path == "/quiet" else self.headers.get("Authorization", "none")
                body = body or given.encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("X-Echo", given)
                self.end_headers()
                self.wfile.write(body)
            do_POST = do_GET
            def log_message(self, *_): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1])
        server.socket = context.wrap_socket(server.socket, server_side=True)
        with open(sys.argv[3] + ".new", "w") as port: port.write(str(server.server_address[1]))
        os.rename(sys.argv[3] + ".new", sys.argv[3])
        server.serve_forever()
        """

    init(_ name: String) throws {
        folder = "/tmp/aiu-egress-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try Files.makeFolder(folder)
        roots = folder + "/server.pem"
        let made = try Program.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj",
            "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", folder + "/key.pem", "-out", roots,
        ])
        guard made.status == 0 else { throw SystemError("make a certificate", made.output, code: Errno(EIO)) }
        try Files.replace(
            folder + "/both.pem", with: try Files.read(roots) + (try Files.read(folder + "/key.pem")))
        process = try Program.start(
            ["python3", "-c", Self.script, folder + "/both.pem", folder + "/log", folder + "/port"],
            output: folder + "/errors")
        var port: UInt16?
        for _ in 0..<500 where port == nil {
            usleep(20_000)
            // It is not there before the server listens.
            port = (try? Files.read(folder + "/port")).flatMap { UInt16(String(decoding: $0, as: UTF8.self)) }
        }
        guard let port else { throw SystemError("start a server", folder, code: Errno(ETIMEDOUT)) }
        self.port = port
    }

    deinit {
        kill(process, SIGKILL)
        var status: Int32 = 0
        _ = unsafe waitpid(process, &status, 0)
        // What is left over in /tmp harms nobody.
        try? Files.removeTree(folder)
    }

    /// All heads that it got; it may have got none.
    var received: String { (try? Files.read(folder + "/log")).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Files.replace(folder + "/" + name, with: bytes)
        return folder + "/" + name
    }
}
