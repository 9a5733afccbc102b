import AIUGuestLink
import AIUWire
import Testing

@Suite("Whom guests trust")
struct AuthorityTests {
    @Test("an agent that knows of it is told, once, and again when it dials anew or it changes")
    func told() async throws {
        let fixture = try await Fixture()
        var hello = Fixture.hello
        hello.features = [WireProtocol.networkFeature]
        let peer = try await fixture.greeted(hello)
        let (links, id) = (fixture.links, fixture.id)
        await links.trust([1, 2], in: id)
        await links.trust([1, 2], in: id)
        await links.trust([3], in: id)
        await links.trust([UInt8](repeating: 1, count: WireProtocol.longestAuthority + 1), in: id)
        #expect(try peer.receive() == Frame(.authority, [1, 2]))
        #expect(try peer.receive() == Frame(.authority, [3]))
        await links.trust([4], in: id)
        #expect(try peer.receive() == Frame(.authority, [4]))
        await links.close(id)
    }
}
