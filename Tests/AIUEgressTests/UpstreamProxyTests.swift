import AIUJSON
import AIUModel
import Testing

/// Another proxy between this one and the world: here, one of the same kind.
struct UpstreamProxyTests {
    private struct Scene {
        let origin: Origin
        let outer: World
        let world: World

        init(_ scheme: String) throws {
            origin = try Origin { $0.hasSuffix("\r\n\r\n") ? Origin.usual : $0.utf8.first == 22 ? $0 : nil }
            outer = try RequestTests.world("a.example.org")
            try outer.apply(World.allowing("a.example.org", port: origin.port))
            world = try World()
            try world.apply(
                World.allowing("a.example.org", "b.example.org", port: origin.port),
                #"{"upstream_proxy": {"url": "\#(scheme)://127.0.0.1:\#(outer.port)", "no_proxy": ["b.example.org"]}}"#)
        }
    }

    @Test("requests and tunnels go through it, by name", arguments: ["http", "socks5"])
    func through(_ scheme: String) throws {
        let scene = try Scene(scheme)
        let (world, port) = (scene.world, scene.origin.port)
        for _ in 1...2 { #expect(try world.ask(RequestTests.get("a.example.org", port)).hasSuffix("hello")) }
        let client = try world.client()
        try client.send("CONNECT a.example.org:\(port) HTTP/1.1\r\nHost: a.example.org:\(port)\r\n\r\n")
        #expect(client.answer().contains(" 200 "))
        let hello = Hello().bytes
        try client.send(hello)
        #expect(client.read(hello.count) == hello)
        // The names are that proxy's to look up.
        #expect(world.names.questions.isEmpty)
        _ = try scene.outer.report()
        #expect(scene.outer.decisions.contains { $0.allowed && $0.host == "a.example.org" })
    }

    @Test(
        "what is forbidden here does not get to it, and what is excepted goes directly", arguments: ["http", "socks5"])
    func decided(_ scheme: String) throws {
        let scene = try Scene(scheme)
        let (world, port) = (scene.world, scene.origin.port)
        #expect(try world.status(RequestTests.get("evil.example.org", port)) == "403")
        #expect(try world.ask(RequestTests.get("b.example.org", port)).contains("there is no such name"))
        _ = try scene.outer.report()
        #expect(scene.outer.decisions.isEmpty)
    }

    @Test(
        "one that the configuration alone names leads to no place of this host", arguments: ["http", "socks5"])
    func own(_ scheme: String) throws {
        let scene = try Scene(scheme)
        let (world, port) = (scene.world, scene.origin.port)
        let layers = try [
            ("host", World.allowing("a.example.org", port: port)),
            (
                EgressRules.Layer.configuration,
                #"{"mode": "open", "upstream_proxy": "\#(scheme)://127.0.0.1:\#(scene.outer.port)"}"#
            ),
        ].map { scope, text in
            EgressRules.Layer(scope: scope, rules: try NetworkRules(try JSONNode(parsing: Array(text.utf8))))
        }
        try world.tell(.rules(EgressRules(sequence: 99, policyVersion: 3, layers: layers)))
        // By now they hold.
        _ = try world.report()
        #expect(try world.status(RequestTests.get("a.example.org", port)) == "403")
        let client = try world.client()
        try client.send("CONNECT a.example.org:\(port) HTTP/1.1\r\nHost: a.example.org:\(port)\r\n\r\n")
        #expect(client.readToEnd().hasPrefix("HTTP/1.1 403"))
        _ = try scene.outer.report()
        #expect(scene.outer.decisions.isEmpty)
    }

    @Test("what it refuses is refused", arguments: ["http", "socks5"])
    func refusal(_ scheme: String) throws {
        let scene = try Scene(scheme)
        try scene.outer.apply(#"{"mode": "isolated"}"#)
        let (world, port) = (scene.world, scene.origin.port)
        let client = try world.client()
        try client.send("CONNECT a.example.org:\(port) HTTP/1.1\r\nHost: a.example.org:\(port)\r\n\r\n")
        #expect(client.readToEnd().hasPrefix("HTTP/1.1 502"))
        #expect(scene.origin.connectionCount == 0)
    }
}
