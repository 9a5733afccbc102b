import AIUModel
import AIUVerbs
import Testing

@Suite("The host's memory")
struct HostMemoryTests {
    @Test(
        "more than there is gets a sentence, and nothing else does",
        arguments: [
            (ByteCount.gibibytes(8), false), (.mebibytes(1), false), (.mebibytes(8 * 1024 + 1), true),
            (.gibibytes(4096), true),
        ])
    func warning(memory: ByteCount, warns: Bool) throws {
        let name = try #require(VMName("box"))
        let text = HostMemory.warning(for: name, memory: memory, of: .gibibytes(8))
        #expect((text != nil) == warns)
        if let text {
            #expect(text.contains("'box'") && text.contains("\(memory)") && text.contains("8 GB"), "\(text)")
        }
        #expect(HostMemory.warning(for: name, memory: memory, of: ByteCount(bytes: 0)) == nil)
    }

    @Test("this host has some") func total() { #expect(HostMemory.total > .mebibytes(16)) }
}
