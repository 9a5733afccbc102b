import Testing

@testable import AIUInference

/// Text that comes in pieces of bytes and goes out in whole characters.
struct TextGateTests {
    @Test func `characters go out whole`() {
        var gate = TextGate(stops: [])
        let bytes = Array("aé€😀b".utf8)
        var said: [String] = []
        for byte in bytes { said.append(gate.take([byte])) }
        #expect(said.joined() + gate.finish() == "aé€😀b")
        #expect(said.filter { !$0.isEmpty } == ["a", "é", "€", "😀", "b"])
    }

    @Test func `what may become a stop waits`() {
        var gate = TextGate(stops: ["END", "\n\n"])
        #expect(gate.take(Array("abE".utf8)) == "ab")
        #expect(gate.take(Array("Nx".utf8)) == "ENx")
        #expect(gate.take(Array("\nE".utf8)) == "\n")
        #expect(gate.take(Array("ND tail".utf8)).isEmpty)
        #expect(gate.isClosed)
        #expect(gate.take(Array("more".utf8)).isEmpty)
    }
}
