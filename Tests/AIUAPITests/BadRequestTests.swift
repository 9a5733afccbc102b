import AIUAPI
import AIUModel
import AIUSystem
import Glibc
import Testing

struct BadRequestTests {
    /// A request that must be refused, and what the refusal must say.
    struct Case: Sendable, CustomTestStringConvertible {
        let method: String
        let target: String
        var body: String?
        let status: Int
        let says: String
        init(_ method: String, _ target: String, _ status: Int, _ says: String) {
            self.init(method, target, nil, status, says)
        }
        init(_ method: String, _ target: String, _ body: String?, _ status: Int, _ says: String) {
            (self.method, self.target, self.body, self.status, self.says) = (method, target, body, status, says)
        }
        var testDescription: String { "\(method) \(target.prefix(60)) \(body?.prefix(60) ?? "")" }
    }

    static let cases: [Case] = [
        // A typing mistake in the path gets the nearest path.
        Case("GET", "/v1/vmz", 404, "/v1/vms"),
        Case("GET", "/v1/vms/", 400, "not a VM name"),
        Case("GET", "/", 404, "nothing at /"),
        Case("GET", "//v1/vms", 404, "nothing"),
        Case("GET", "/v1/vms/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p", 404, "parts"),
        Case("POST", "/v1/vms/demo/strat", 404, "/v1/vms/{name}/start"),
        // A known path, another method.
        Case("PUT", "/v1/vms", 405, "GET or POST"),
        Case("HEAD", "/v1/vms", 405, ""),
        Case("BREW", "/v1/vms", 405, "BREW"),
        // Names.
        Case("GET", "/v1/vms/UPPER", 400, "'UPPER' is not a VM name"),
        Case("GET", "/v1/vms/nobody", 404, "no such VM"),
        Case("GET", "/v1/vms/a%2Fb", 400, "not a VM name"),
        // Escapes.
        Case("GET", "/v1/vms/%zz", 400, "escape"),
        Case("GET", "/v1/vms/%4", 400, "escape"),
        Case("GET", "/v1/vms/%FF", 400, "UTF-8"),
        Case("GET", "/v1/vms/%00", 400, "escape"),
        Case("GET", "/v1/events?after=%", 400, "escape"),
        // Query parameters.
        Case("GET", "/v1/events?aftr=1", 400, "did you mean 'after'"),
        Case("GET", "/v1/events?after=-1", 400, "'after' must be"),
        Case("GET", "/v1/events?after=1&after=2", 400, "twice"),
        Case("GET", "/v1/events?limit=1001", 400, "from 1 to 1000"),
        Case("GET", "/v1/events?after=99999999999999999999", 400, "whole number"),
        Case("GET", "/v1/vms?x=1", 400, "known here: selector"),
        Case("DELETE", "/v1/vms/demo?force=yes", 400, "true or false"),
        Case("GET", "/v1/vms/demo/logs?source=kernel", 400, "agent or console"),
        Case("GET", "/v1/vms/demo/files", 400, "'path' is missing"),
        Case("GET", "/v1/vms/demo/files?path=relative", 400, "absolute"),
        Case("GET", "/v1/vms/demo/files?path=/a/../b", 400, ".."),
        // Bodies.
        Case("POST", "/v1/vms", "{\"name\":\n \"a\",}", 400, "line 2"),
        Case("POST", "/v1/vms", "{\"nam\": \"a\"}", 400, "did you mean `name`"),
        Case("POST", "/v1/vms", "{\"name\": 5}", 400, "`name` must be a string"),
        Case("POST", "/v1/vms", "{\"name\": null}", 400, "`name` must be a string, not null"),
        Case("POST", "/v1/vms", "{\"processors\": 0}", 400, "from 1 to 1024"),
        Case("POST", "/v1/vms", "{\"processors\": 1.5}", 400, "integer"),
        Case("POST", "/v1/vms", "{\"memory\": \"1 elephant\"}", 400, "memory"),
        Case("POST", "/v1/vms", "{\"name\":\"a\",\"name\":\"b\"}", 400, "twice"),
        Case("POST", "/v1/vms", "[]", 400, "an object"),
        Case("POST", "/v1/vms", String(repeating: "[", count: 5000), 400, "body"),
        Case("POST", "/v1/vms", "\u{0}", 400, "body"),
        Case("POST", "/v1/vms/vm-0000/start", "{\"timeoutMilliseconds\": 0}", 400, "from 1 to"),
        Case("POST", "/v1/vms/vm-0000/exec", nil, 400, "`command` is missing"),
        Case("POST", "/v1/vms/vm-0000/exec", "{\"command\":[]}", 400, "at least 1"),
        Case("POST", "/v1/vms/vm-0000/exec", "{\"command\":[\"\"]}", 400, "no program"),
        Case("POST", "/v1/vms/vm-0000/exec", "{\"command\":[\"a\",\"\\u0000\"]}", 400, "NUL"),
        Case("POST", "/v1/vms/vm-0000/exec", "{\"command\":[\"a\"],\"environment\":[\"X\"]}", 400, "NAME=value"),
        Case("POST", "/v1/vms/vm-0000/exec", "{\"command\":[\"a\"],\"inputBase64\":\"?\"}", 400, "Base64"),
        Case("POST", "/v1/vms/vm-0000/exec", "{\"command\":[\"a\"],\"outputLimit\":2000000}", 400, "1048576"),
        Case("POST", "/v1/vms/vm-0000/exec", "{\"command\":[\"a\"]}", 503, "not running"),
        // A body where none belongs.
        Case("GET", "/v1/vms", "{}", 400, "takes no body"),
        Case("POST", "/v1/vms/vm-0000/ping", "{}", 400, "takes no body"),
        // An upgrade without its headers.
        Case("GET", "/v1/vms/vm-0000/operations", 400, "Upgrade: aiu-operation"),
        // Too long.
        Case("GET", "/v1/vms/" + String(repeating: "a", count: 9000), 414, "longer than"),
        Case("POST", "/v1/vms", String(repeating: " ", count: 1 << 20 + 1), 413, "longer than 1048576"),
    ]

    @Test("a bad request gets a clear sentence", arguments: cases)
    func refused(wrong: Case) async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let client = try api.client()
            let body = wrong.body.map { Array($0.utf8) }
            var answer = Answer()
            do {
                answer = try await client.request(wrong.method, wrong.target, body: body)
            } catch is SystemError {
                // The server answered and closed while the body was still being sent.
                answer = try await client.answer()
            }
            #expect(answer.status == wrong.status)
            #expect(answer.headers["aiu-api-version"] == "1")
            if wrong.method != "HEAD" {
                #expect(answer.message.contains(wrong.says), "\(answer.text)")
                #expect(Failure.Reason(rawValue: answer.reason) != nil)
            }
            #expect(try await api.ask("GET", "/healthz").status == 200)
        }
    }

    @Test("a wrong method is told which ones work")
    func allow() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            let answer = try await api.ask("PUT", "/v1/vms")
            #expect(answer.headers["allow"] == "GET, POST")
        }
    }

    @Test("a chunked body over the limit is refused, an endless one cut off")
    func chunked() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            let chunk = "10000\r\n" + String(repeating: " ", count: 0x10000) + "\r\n"
            let client = try api.client()
            try await client.send("POST /v1/vms HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<17 { try await client.send(chunk) }
            try await client.send("0\r\n\r\n")
            #expect(try await client.answer().status == 413)
            let endless = try api.client()
            try await endless.send("POST /v1/vms HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            await #expect(throws: (any Error).self) {
                for _ in 0..<200 { try await endless.send(chunk) }
                _ = try await endless.answer()
            }
        }
    }

    @Test(
        "what is not HTTP is refused without harm",
        arguments: [
            "\r\n\r\n\r\n\r\n", "GET\r\n\r\n", "\u{1}\u{2}\u{3}\r\n\r\n", "GET /v1/vms HTTP/9.9\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nContent-Length: 1x\r\n\r\n",
            "GET /healthz HTTP/1.1\r\n" + String(repeating: "X-Flood: yes\r\n", count: 5000) + "\r\n",
            "GET /healthz HTTP/1.1\r\nX: " + String(repeating: "a", count: 100_000) + "\r\n\r\n",
            "GET /" + String(repeating: "b", count: 100_000) + " HTTP/1.1\r\n\r\n",
        ])
    func nonsense(text: String) async throws {
        var settings = APISettings()
        settings.idle = .seconds(1)
        try await Fixture.with(settings: settings) { (api: Fixture) async throws in
            let client = try api.client()
            do {
                try await client.send(text)
                shutdown(client.socket.raw, Int32(SHUT_WR))
                let all = try await client.receive(until: "\r\n\r\n")
                #expect(!all.contains("HTTP/1.1 200"))
            } catch is SystemError {
                // Cut off while sending: as good a refusal.
            }
            #expect(try await api.ask("GET", "/healthz").status == 200)
        }
    }

    @Test("a client that does not go on is cut off")
    func slow() async throws {
        var settings = APISettings()
        settings.idle = .seconds(1)
        try await Fixture.with(settings: settings) { (api: Fixture) async throws in
            for beginning in ["", "GET /v1/v", "POST /v1/vms HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"] {
                let client = try api.client()
                try await client.send(beginning)
                let all = try await client.receive(until: "\r\n\r\n")
                #expect(!all.contains("HTTP/1.1 200"))
            }
        }
    }
}
