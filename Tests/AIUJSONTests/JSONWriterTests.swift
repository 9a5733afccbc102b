import AIUJSON
import Testing

@Suite("writing JSON")
struct JSONWriterTests {
    static let texts: [(JSON, String)] = [
        (.null, "null"), (1.5, "1.5"), (.number(100), "100.0"), (.number(1e300), "1e+300"), (.number(0.1), "0.1"),
        (.number(.leastNonzeroMagnitude), "5e-324"), (.integer(.min), "-9223372036854775808"),
        (.number(.infinity), "null"),
        ("\u{0}\u{1F}\u{7F}\n\t\r\u{8}\u{C}\"\\/", #""\u0000\u001f\u007f\n\t\r\b\f\"\\/""#), ("é😀", "\"é😀\""),
        ([], "[]"), ([:], "{}"), ([1, [2], ["a": nil]], #"[1,[2],{"a":null}]"#), (["b": 1, "a": 2], #"{"b":1,"a":2}"#),
    ]

    @Test("values are written compactly and exactly", arguments: texts)
    func compact(json: JSON, text: String) {
        #expect(json.text() == text)
    }

    @Test("pretty text is indented by two")
    func pretty() {
        let json: JSON = ["a": [1, []], "b": [:], "c": ["d": "e"]]
        #expect(
            json.text(pretty: true) == """
                {
                  "a": [
                    1,
                    []
                  ],
                  "b": {},
                  "c": {
                    "d": "e"
                  }
                }
                """)
    }

    @Test("members can be read, set and removed")
    func members() {
        var json: JSON = ["a": ["b": [1, "x", 2.0, 2.5]]]
        #expect(json["a"]?["b"]?[1]?.stringValue == "x")
        #expect(json["a"]?["b"]?[2]?.integerValue == 2)
        #expect(json["a"]?["b"]?[3]?.integerValue == nil)
        #expect(json["a"]?["b"]?[9] == nil)
        json["c"] = true
        json["a"] = 1
        #expect(json == ["a": 1, "c": true])
        json["a"] = nil as JSON?
        #expect(json.membersValue?.map(\.name) == ["c"])
    }

    @Test("random values survive both ways of writing", arguments: 0..<200)
    func roundTrip(seed: Int) throws {
        var random = Seeded(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
        let json = JSON.random(depth: 4, using: &random)
        #expect(try JSON(parsing: json.bytes()) == json)
        #expect(try JSON(parsing: json.bytes(pretty: true)) == json)
    }
}

/// Repeats the same values on every run.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

extension JSON {
    static func random(depth: Int, using random: inout Seeded) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: .min ... .max, using: &random))
        case 3:
            let value = Double(bitPattern: random.next())
            return .number(value.isFinite ? value : 0.1)
        case 4, 5: return .string(randomText(using: &random))
        case 6, 7:
            let count = Int.random(in: 0..<4, using: &random)
            return .array((0..<count).map { _ in JSON.random(depth: depth - 1, using: &random) })
        default:
            let count = Int.random(in: 0..<4, using: &random)
            return .object(
                (0..<count).map {
                    Member("\($0)" + randomText(using: &random), JSON.random(depth: depth - 1, using: &random))
                })
        }
    }

    private static func randomText(using random: inout Seeded) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            let bound: UInt32 = Bool.random(using: &random) ? 0x80 : 0x11_0000
            text.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: 0..<bound, using: &random)) ?? "x")
        }
        return text
    }
}
