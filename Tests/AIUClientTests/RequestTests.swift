import AIUClient
import AIUModel
import Testing

@Suite("A request")
struct RequestTests {
    @Test("escapes what stands in its path and query")
    func escaping() {
        let request = Request(
            .get, ["v1", "a/b c", "ü"], query: [("path", "/x?y=z&w#"), ("p", "%")], purpose: "testing")
        #expect(request.target == "/v1/a%2Fb%20c/%C3%BC?path=%2Fx%3Fy%3Dz%26w%23&p=%25")
    }

    @Test("says its length, its type and the version it expects")
    func body() {
        let text = String(
            decoding: Request(.post, ["v1", "vms"], body: Array("{}".utf8), purpose: "testing").encoded, as: UTF8.self)
        #expect(text.hasPrefix("POST /v1/vms HTTP/1.1\r\nHost: aiud\r\nAIU-API-Version: 1\r\n"))
        #expect(text.contains("\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"))
        #expect(text.hasSuffix("\r\n\r\n{}"))
    }

    @Test("without a body says so where one could be")
    func noBody() {
        let post = String(decoding: Request(.post, ["x"], purpose: "testing").encoded, as: UTF8.self)
        #expect(post.contains("Content-Length: 0\r\n"))
        let get = String(decoding: Request(.get, ["x"], purpose: "testing").encoded, as: UTF8.self)
        #expect(!get.contains("Content-Length"))
    }

    @Test("for an operation asks for the upgrade")
    func upgrade() throws {
        let name = try #require(VMName("demo"))
        let text = String(decoding: Calls.operations(of: name, purpose: "testing").encoded, as: UTF8.self)
        #expect(text.hasPrefix("GET /v1/vms/demo/operations HTTP/1.1\r\n"))
        #expect(text.contains("\r\nConnection: Upgrade\r\nUpgrade: aiu-operation\r\n"))
        #expect(!text.contains("Connection: close"))
    }
}
