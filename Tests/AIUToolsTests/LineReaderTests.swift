import AIUTools
import Testing

@Suite("lines of a text")
struct LineReaderTests {
    /// Lengths around those at which the buffer grows and at which lines are cut.
    @Test(
        "of any length, in files of any length",
        arguments: [
            [0], [1, 0, 2], [16_383], [16_384, 5], [16_385, 3], [5, 16_379, 1], [40_000, 40_000, 7], [65_536, 1],
            [65_537, 1], [300_000, 1], [1, 300_000, 70_000, 2], Array(repeating: 99, count: 5000),
        ])
    func lengths(of lines: [Int]) throws {
        try ScratchWorkspace.with { workspace in
            let bytes = lines.enumerated().flatMap { place, length in
                [UInt8](repeating: UInt8(ascii: "a") + UInt8(place % 26), count: length) + [0x0A]
            }
            try workspace.file("text", bytes: bytes)
            var reader = try LineReader(path: "\(workspace.path)/text", name: "text")
            var found: [[UInt8]] = []
            while try reader.next({ line in found.append(line.indices.map { line[$0] }) }) {}
            #expect(found.map { min($0.count, LineReader.longestLine) } == found.map(\.count))
            #expect(found.map(\.count) == lines.map { min($0, LineReader.longestLine) })
            #expect(
                found.enumerated().allSatisfy { place, line in
                    line.allSatisfy { $0 == UInt8(ascii: "a") + UInt8(place % 26) }
                })
            #expect(reader.number == lines.count)
        }
    }
}
