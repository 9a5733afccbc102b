import AIUSystem
import Testing

@Suite("random bytes")
struct RandomBytesTests {
    @Test("there are as many as asked for, and never the same", arguments: [0, 1, 32, 256, 257, 1000])
    func lengths(count: Int) {
        let (first, second) = (RandomBytes.make(count), RandomBytes.make(count))
        #expect(first.count == count && second.count == count)
        if count >= 32 { #expect(first != second && first.suffix(32).contains { $0 != 0 }) }
    }

    @Test("what was wiped is gone")
    func wiped() {
        var bytes = RandomBytes.make(64)
        wipe(&bytes)
        #expect(bytes.isEmpty)
    }
}
