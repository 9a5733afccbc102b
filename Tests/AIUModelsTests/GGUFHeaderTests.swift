import AIUModel
import AIUModels
import Testing

@Suite("the header of a GGUF file")
struct GGUFHeaderTests {
    @Test("is read the same however its bytes come", arguments: [1, 3, 7, 64, Int.max])
    func pieces(size: Int) throws {
        let writer = GGUFWriter.small
        let read = try header(of: writer.file, pieces: size)
        #expect(read == (try header(of: writer.file)))
        #expect(read.version == 3 && read.tensors.count == 3)
        #expect(read.dataOffset % 32 == 0 && read.dataOffset >= UInt64(writer.header.count))
        #expect(read.mostFileSize == UInt64(writer.file.count))
        #expect(read.metadata["tokenizer.ggml.tokens"] == .list(of: .text, count: 4))
    }

    @Test("knows every type of value, in versions 2 and 3", arguments: [2, 3] as [UInt32])
    func values(version: UInt32) throws {
        var writer = GGUFWriter.small
        writer.version = version
        let rows: [(String, GGUFWriter.Value, GGUFValue)] = [
            ("a", .u8(200), .unsigned(200)), ("b", .i8(-5), .signed(-5)), ("c", .u16(60000), .unsigned(60000)),
            ("d", .i16(-30000), .signed(-30000)), ("e", .u32(.max), .unsigned(UInt64(UInt32.max))),
            ("f", .i32(.min), .signed(Int64(Int32.min))), ("g", .f32(1.5), .float(1.5)), ("h", .bool(1), .bool(true)),
            ("i", .bool(0), .bool(false)), ("j", .text("grüße"), .text("grüße")), ("k", .u64(.max), .unsigned(.max)),
            ("l", .i64(.min), .signed(.min)), ("m", .f64(-0.25), .float(-0.25)),
            ("n", .list(.int16, [.i16(-1), .i16(2)]), .numbers([-1, 2])),
            ("o", .list(.uint64, [.u64(.max)]), .numbers([.max])),
            ("p", .list(.bool, [.bool(1)]), .list(of: .bool, count: 1)),
            ("q", .list(.text, []), .list(of: .text, count: 0)),
            (
                "r", .list(.array, [.list(.text, [.text("x")]), .list(.float64, [.f64(1)])]),
                .list(of: .array, count: 2)
            ),
            (
                "s", .list(.array, [.list(.array, [.list(.array, [.list(.uint8, [.u8(1)])])])]),
                .list(of: .array, count: 1)
            ),
            ("t", .text(String(repeating: "x", count: 5000)), .longText(5000)),
            ("u", .list(.uint8, .init(repeating: .u8(1), count: 2000)), .list(of: .uint8, count: 2000)),
        ]
        for (key, value, _) in rows { writer[key] = value }
        let read = try header(of: writer.file, pieces: 11)
        for (key, _, expected) in rows { #expect(read.metadata[key] == expected, "\(key)") }
        #expect(read.tensors.count == 3)
    }

    @Test("cut anywhere is refused, and says so")
    func cut() throws {
        let whole = GGUFWriter.small.header
        for length in 0..<whole.count {
            let error = #expect(throws: GGUFError.self) { try header(of: Array(whole.prefix(length)), pieces: 13) }
            if length < 4 {
                #expect(error?.reason == .notGGUF)
            } else if case .truncated = error?.reason {
                #expect(error?.offset == UInt64(length), "\(length)")
            } else {
                Issue.record("\(length): \(String(describing: error))")
            }
        }
    }

    @Test("with any byte changed is read or refused in words")
    func changed() throws {
        let whole = GGUFWriter.small.header
        for index in whole.indices {
            for mask in [0x01, 0x80, 0xff] as [UInt8] {
                var bytes = whole
                bytes[index] ^= mask
                do throws(GGUFError) {
                    _ = try ModelSummary(try header(of: bytes))
                } catch {
                    #expect(!error.description.isEmpty)
                }
            }
        }
    }

    private static let wrong: [(String, @Sendable (inout GGUFWriter) -> Void)] = [
        ("version is 1", { $0.version = 1 }), ("other byte order", { $0.version = UInt32(3).byteSwapped }),
        ("version is 4", { $0.version = 4 }),
        ("claims to have", { $0.tensorCount = .max }), ("claims to have", { $0.valueCount = 1 << 40 }),
        ("twice", { $0.values.append($0.values[0]) }),
        ("twice", { $0.tensors.append($0.tensors[0]) }),
        ("no power of two", { $0["general.alignment"] = .u32(48) }),
        ("no power of two", { $0["general.alignment"] = .u32(0) }),
        ("no power of two", { $0["general.alignment"] = .text("32") }),
        ("neither true nor false", { $0["x"] = .bool(7) }),
        ("within lists", { $0["x"] = (0..<5).reduce(.u8(1)) { inner, _ in .list(inner.type, [inner]) } }),
        ("5000 bytes long", { $0[String(repeating: "k", count: 5000)] = .u8(1) }),
        ("no plain text", { $0[""] = .u8(1) }), ("no plain text", { $0["a b"] = .u8(1) }),
        ("5 dimensions", { $0.add("x", [1, 1, 1, 1, 1]) }), ("0 dimensions", { $0.add("x", []) }),
        ("impossible shape", { $0.tensors[1].shape = [.max, .max] }),
        ("impossible shape", { $0.tensors[1].shape = [64, 0] }),
        ("number 77", { $0.tensors[1].type = 77 }),
        ("number 9", { $0.tensors[1].type = 9 }),  // only computed with, never stored
        ("no whole blocks", { $0.tensors[0].shape = [33, 4] }),
        ("not aligned", { $0.tensors[1].offset = 33 }),
        ("beyond the end", { $0.tensors[2].offset = 1 << 60 }),
        ("at the same place", { $0.tensors[2].offset = 0 }),
    ]

    @Test("that is wrong is refused with the reason", arguments: wrong.indices)
    func refused(index: Int) throws {
        var writer = GGUFWriter.small
        Self.wrong[index].1(&writer)
        let bytes = writer.header
        let error = #expect(throws: GGUFError.self) { try header(of: bytes) }
        #expect(error?.description.contains(Self.wrong[index].0) == true, "\(String(describing: error))")
        #expect((error?.offset ?? 0) <= UInt64(bytes.count))
    }

    /// A length that nothing follows: it must be refused before anything of its size is made or waited for.
    @Test("that claims much costs little", arguments: [UInt64.max, 1 << 62, 1 << 40, 1 << 28])
    func claims(length: UInt64) throws {
        let begin = Array("GGUF".utf8) + GGUFWriter.little(UInt32(3)) + GGUFWriter.little(UInt64(0))
        let key = GGUFWriter.text("k")
        for tail in [
            GGUFWriter.little(length),  // the key's length
            key + GGUFWriter.little(UInt32(8)) + GGUFWriter.little(length),  // a text's
            key + GGUFWriter.little(UInt32(9)) + GGUFWriter.little(UInt32(8)) + GGUFWriter.little(length),  // a list's
            key + GGUFWriter.little(UInt32(9)) + GGUFWriter.little(UInt32(12)) + GGUFWriter.little(length),
            key + GGUFWriter.little(UInt32(99)), key + GGUFWriter.little(UInt32(9)) + GGUFWriter.little(UInt32(13)),
        ] {
            #expect(throws: GGUFError.self) { try header(of: begin + GGUFWriter.little(UInt64(1)) + tail) }
        }
    }

    @Test("that never ends is left at the limit")
    func endless() throws {
        let begin = Array("GGUF".utf8) + GGUFWriter.little(UInt32(3)) + GGUFWriter.little(UInt64(0))
        let start =
            begin + GGUFWriter.little(UInt64(1)) + GGUFWriter.text("k") + GGUFWriter.little(UInt32(9))
            + GGUFWriter.little(UInt32(8)) + GGUFWriter.little(UInt64(1) << 24)
        // Texts of 60 000 bytes each, without end.
        let piece = GGUFWriter.little(UInt64(60000)) + [UInt8](repeating: 0x61, count: 60000)
        var given = 0
        var isFirst = true
        let error = #expect(throws: GGUFError.self) {
            try GGUFHeader { (_: Int) throws(GGUFError) in
                defer { isFirst = false }
                let part = isFirst ? start : piece
                given += part.count
                return part
            }
        }
        #expect(error?.description.contains("longer than 256 MiB") == true)
        #expect(given < 257 << 20)
    }
}
