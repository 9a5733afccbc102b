import AIUWire
import Testing

@Suite("Configuration on the wire")
struct ConfigurationTests {
    @Test("an order survives the way, whatever bytes its document has", arguments: [1, 2, 4096, 32 * 1024])
    func order(length: Int) throws {
        let document = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let order = try ConfigurationOrder(revision: 0x0102_0304_0506_0708, document: document)
        #expect(order.frame.payload.prefix(8).elementsEqual([8, 7, 6, 5, 4, 3, 2, 1]))
        #expect(try ConfigurationOrder(order.frame) == order)
    }

    @Test(
        "an order without a revision, without a document or with a longer one is refused",
        arguments: [0, 7, 8, 32 * 1024 + 9])
    func badOrder(length: Int) {
        let frame = Frame(.configure, [UInt8](repeating: 32, count: length))
        #expect(throws: WireError.self) { try ConfigurationOrder(frame) }
    }

    @Test("an answer survives the way")
    func answer() throws {
        let answer = ConfiguredAnswer(
            revision: .max >> 1, digest: String(repeating: "a", count: 64), applied: ["timezone", "tools"],
            refusal: "no")
        #expect(try ConfiguredAnswer(Frame(.configured, encoding: answer)) == answer)
    }

    static let oversized = [
        ConfiguredAnswer(revision: 1, digest: String(repeating: "a", count: 65), applied: []),
        ConfiguredAnswer(revision: 1, digest: "", applied: [String](repeating: "a", count: 65)),
        ConfiguredAnswer(revision: 1, digest: "", applied: [String(repeating: "a", count: 65)]),
        ConfiguredAnswer(revision: 1, digest: "", applied: [], refusal: String(repeating: "a", count: 1025)),
    ]

    @Test("an answer that says too much is a broken peer's", arguments: oversized)
    func tooMuch(answer: ConfiguredAnswer) {
        #expect(throws: WireError.self) { try ConfiguredAnswer(Frame(.configured, encoding: answer)) }
    }

    @Test("a hello without features is read: it is of an agent that has none")
    func oldHello() throws {
        let text = """
            {"protocolVersion":1,"agentVersion":"0","kernel":"k","bootID":"b","bootTimes":{"agentStarted":1,\
            "filesMounted":2,"dialled":3},"configurationDigest":"","processors":1,"memoryBytes":1}
            """
        #expect(try Frame(.hello, Array(text.utf8)).message(as: Hello.self).features == nil)
    }
}
