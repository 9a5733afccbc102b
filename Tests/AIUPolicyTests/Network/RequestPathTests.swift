import AIUPolicy
import Testing

/// One spelling for each path.
struct RequestPathTests {
    @Test(
        "a path is read in its one spelling",
        arguments: [
            ("/", "/"), ("/v1/models", "/v1/models"), ("/a%20b", "/a%20b"), ("/%7Euser/%61", "/~user/a"),
            ("/a/", "/a/"),
            ("/a%c3%a4", "/a%C3%A4"), ("/...", "/..."), ("/a;b=c", "/a;b=c"),
        ])
    func read(_ path: String, _ spelling: String) throws {
        #expect(try RequestPath(path.utf8).text == spelling)
    }

    @Test(
        "what servers disagree about is refused",
        arguments: [
            "", "v1", "/v1/../admin", "/v1/./a", "/v1/%2e%2e/admin", "/v1/%2E./admin", "/v1/..;/admin", "/v1/..;x=1/a",
            "/v1%2fadmin", "/v1%2Fadmin", "/v1\\admin", "/v1%5cadmin", "/v1%00", "/a//b", "//a", "/a%", "/a%2", "/a%zz",
            "/a b", "/ä", "/a#b", "/a?b", "/a\u{7F}", "/..", "/.",
        ])
    func refused(_ path: String) {
        #expect(throws: RequestPath.Fault.self) { try RequestPath(path.utf8) }
    }
}
