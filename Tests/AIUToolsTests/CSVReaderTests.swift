import AIUTools
import AIUWire
import Testing

@Suite("records of delimited text")
struct CSVReaderTests {
    private func rows(_ bytes: [UInt8]) throws -> [[String]] {
        try ScratchWorkspace.with { workspace in
            let path = try workspace.file("t.csv", bytes: bytes)
            let source = try TextSource(path: path, name: "t.csv")
            let dialect = CSVDialect(sniffing: source.sample)
            var reader = try CSVReader(source, dialect: dialect, name: "t.csv")
            var rows: [[String]] = []
            while try reader.advance() { rows.append(reader.texts()) }
            return rows
        }
    }

    @Test(
        "what people's files look like",
        arguments: [
            ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
            ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
            ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
            ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
            ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
            ("a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
            ("a|b\n1|2\n", [["a", "b"], ["1", "2"]]),
            ("a,b\n\"x,\"\"y\"\"\",2\n", [["a", "b"], ["x,\"y\"", "2"]]),
            ("a,b\n\"two\nlines\",2\n", [["a", "b"], ["two\nlines", "2"]]),
            ("a,b\r\n1,\"2\"\r\n", [["a", "b"], ["1", "2"]]),
            ("a,b\n\"1\" x,2\n", [["a", "b"], ["1 x", "2"]]),
            ("a, b\n1, \"x, y\"\n", [["a", " b"], ["1", "x, y"]]),
            ("a,b\n5\" pipe,2\n", [["a", "b"], ["5\" pipe", "2"]]),
            ("a,b\n\n1,2\n\n\n", [["a", "b"], ["1", "2"]]),
            ("a,b,c\n1\n1,2,3,4\n,,\n", [["a", "b", "c"], ["1"], ["1", "2", "3", "4"], ["", "", ""]]),
            ("sep=;\na;b\n1;2\n", [["a", "b"], ["1", "2"]]),
            ("one\ntwo\n", [["one"], ["two"]]),
            ("\u{FEFF}a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
            ("a,b\n\"\",\"\"\n", [["a", "b"], ["", ""]]),
            ("", []),
        ])
    func dialects(text: String, expected: [[String]]) throws {
        #expect(try rows(Array(text.utf8)) == expected)
    }

    @Test("other encodings")
    func encodings() throws {
        let expected = [["name", "größe"], ["Żółw", "1"]]
        let units = Array("name,größe\nŻółw,1\n".utf16)
        #expect(try rows([0xFF, 0xFE] + units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }) == expected)
        #expect(try rows([0xFE, 0xFF] + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }) == expected)
        let latin = Array("name,gr".utf8) + [0xF6, 0xDF] + Array("e\nMarc ".utf8) + [0x80] + Array(",1\n".utf8)
        #expect(try rows(latin) == [["name", "größe"], ["Marc €", "1"]])
    }

    /// By number: the bytes of some are too many to be shown as a test's argument.
    @Test("what is no table is refused in a sentence", arguments: 0..<5)
    func broken(number: Int) {
        let files: [[UInt8]] = [
            Array("a,b\n\"never closed,2\n3,4\n".utf8),
            [0x50, 0x4B, 0x03, 0x04, 0, 0, 1, 2, 0, 0, 0, 7, 8],
            Array("a,b\n\"".utf8) + [UInt8](repeating: 0x78, count: 5 << 20),
            Array("a,b\n".utf8) + [UInt8](repeating: 0x78, count: 5 << 20),
            [UInt8](repeating: 0x2C, count: 40_000) + [0x0A],
        ]
        #expect(throws: ToolReply.Failure.self) { try rows(files[number]) }
    }

    /// Records that straddle every kind of edge of the reader's buffer come out as they went in.
    @Test("what is written is read", arguments: [1, 2])
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = ["x", ",", "\"", "\n", "\r\n", " ", "ü", "longer text", ";", ""]
        var expected: [[String]] = []
        var text = ""
        while text.utf8.count < 700_000 {
            let row = (0..<3).map { _ in
                (0..<Int.random(in: 1...400, using: &random)).map { _ in
                    pieces[Int.random(in: 0..<pieces.count, using: &random)]
                }.joined()
            }
            expected.append(row)
            text += row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\n"
        }
        #expect(try rows(Array(text.utf8)) == expected)
    }
}

/// Numbers that look random and are the same every time.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
