import AIUJSON
import Testing

@Suite("JSON texts")
struct JSONParserTests {
    static let good: [(String, JSON)] = [
        ("null", .null), (" true\n", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.5", 1.5), ("1e2", .number(100)),
        ("1E-2", 0.01), ("-0.0", .number(-0.0)), ("123.456e+78", .number(123.456e78)),
        ("\"\"", ""), ("\"a\\u0062\\n\\/\\\\\\\"\"", "ab\n/\\\""), ("\"\\ud83d\\ude00\"", "😀"), ("\"é😀\"", "é😀"),
        ("\"\\u0000\"", "\u{0}"), ("\"\u{7F}\"", "\u{7F}"), ("\"\u{2028}\"", "\u{2028}"), ("\"\u{FEFF}\"", "\u{FEFF}"),
        ("[]", []), ("[ ]", []), ("[1,[2],{}]", [1, [2], [:]]), ("{}", [:]),
        ("{\"b\":1,\"a\":{\"\":[]}}", ["b": 1, "a": ["": []]]), ("\t{\r\n\"a\" : 1 , \"b\" : 2}", ["a": 1, "b": 2]),
    ]

    @Test("valid texts are read", arguments: good)
    func reads(text: String, expected: JSON) throws {
        #expect(try JSON(parsing: text) == expected)
        let again = try JSON(parsing: expected.bytes(pretty: true))
        #expect(again == expected)
    }

    static let bad: [(String, Int, Int, String)] = [
        ("", 1, 1, "a value"),
        (" ", 1, 2, "a value"),
        ("nul", 1, 1, "`null`"),
        ("True", 1, 1, "a value"),
        ("tru\u{65}x", 1, 5, "end of the text"),
        ("1 2", 1, 3, "end of the text"),
        ("[1],", 1, 4, "end of the text"),
        ("01", 1, 2, "end of the text"),
        ("-", 1, 2, "a digit"),
        ("-a", 1, 2, "a digit"),
        ("+1", 1, 1, "a value"),
        (".5", 1, 1, "a value"),
        ("1.", 1, 3, "a digit"),
        ("1.e1", 1, 3, "a digit"),
        ("1e", 1, 3, "a digit"),
        ("1e+", 1, 4, "a digit"),
        ("0x10", 1, 2, "end of the text"),
        ("1_000", 1, 2, "end of the text"),
        ("NaN", 1, 1, "a value"),
        ("Infinity", 1, 1, "a value"),
        ("-Infinity", 1, 2, "a digit"),
        ("1e999", 1, 1, "1.8e308"),
        ("'a'", 1, 1, "a value"),
        ("\"a", 1, 3, "end of the string"),
        ("\"a\nb\"", 1, 3, "control characters"),
        ("\"\t\"", 1, 2, "control characters"),
        ("\"\\x41\"", 1, 3, "one of"),
        ("\"\\", 1, 3, "after `\\`"),
        ("\"\\u12\"", 1, 6, "hexadecimal"),
        ("\"\\u12g4\"", 1, 6, "hexadecimal"),
        ("\"\\ud800\"", 1, 2, "surrogates"),
        ("\"\\ud800x\"", 1, 2, "surrogates"),
        ("\"\\udc00\"", 1, 2, "surrogates"),
        ("\"\\ud800\\u0041\"", 1, 2, "surrogates"),
        ("\"\\ud800\\ud800\"", 1, 2, "surrogates"),
        ("[", 1, 2, "a value"),
        ("[1", 1, 3, "`,` or `]`"),
        ("[1,]", 1, 4, "a value"),
        ("[,1]", 1, 2, "a value"),
        ("[1 2]", 1, 4, "`,` or `]`"),
        ("[1}", 1, 3, "`,` or `]`"),
        ("{", 1, 2, "a name"),
        ("{\"a\"", 1, 5, "`:`"),
        ("{\"a\":}", 1, 6, "a value"),
        ("{\"a\":1,}", 1, 8, "a name"),
        ("{a:1}", 1, 2, "a name"),
        ("{1:1}", 1, 2, "a name"),
        ("{\"a\" 1}", 1, 6, "`:`"),
        ("{\"a\":1 \"b\":2}", 1, 8, "`,` or `}`"),
        ("{\n  \"a\": 1,\n  \"a\": 2\n}", 3, 3, "twice"),
        ("{\"a\":1,\"\\u0061\":2}", 1, 8, "twice"),
        ("// c\n1", 1, 1, "a value"),
        ("/* */1", 1, 1, "a value"),
        ("\u{FEFF}1", 1, 1, "a value"),
        ("\u{A0}1", 1, 1, "a value"),
        ("[\"é😀\", x]", 1, 8, "a value"),
        ("{\"é\":\n\"😀\" 1}", 2, 5, "`,` or `}`"),
        ("\u{0C}1", 1, 1, "a value"),
        ("1\u{0}", 1, 2, "end of the text"),
    ]

    @Test("invalid texts are refused where they go wrong", arguments: bad)
    func refuses(text: String, line: Int, column: Int, words: String) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.line == line, "\(error?.description ?? "")")
        #expect(error?.column == column, "\(error?.description ?? "")")
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    static let badBytes: [[UInt8]] = [
        [0x22, 0xFF, 0x22],  // never in UTF-8
        [0x22, 0xC3, 0x22],  // cut short
        [0x22, 0xC0, 0xAF, 0x22],  // overlong
        [0x22, 0xED, 0xA0, 0x80, 0x22],  // an encoded surrogate
        [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],  // beyond Unicode
        [0x22, 0x80, 0x22],  // a continuation alone
        [0x22, 0x5C, 0x6E, 0xFF, 0x22],  // after an escape
        [0xFE, 0xFF, 0x00, 0x31],  // UTF-16
        [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D],  // in a name
    ]

    @Test("bytes that are not UTF-8 are refused", arguments: badBytes)
    func refusesBytes(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
    }

    @Test("depth, size and count are bounded")
    func limits() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try JSON(parsing: deep) }
        #expect(throws: JSONError.self) { try JSON(parsing: "[\(deep)]") }
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "[", count: 100_000)) }
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "{\"a\":", count: 100_000)) }
        let few = JSONLimits(maxBytes: 20, maxDepth: 2, maxMembers: 3)
        #expect(throws: Never.self) { try JSON(parsing: "[1,2,3]", limits: few) }
        #expect(throws: JSONError.self) { try JSON(parsing: "[1,2,3,4]", limits: few) }
        #expect(throws: JSONError.self) { try JSON(parsing: "{\"a\":[1],\"b\":[2]}", limits: few) }
        #expect(throws: JSONError.self) { try JSON(parsing: "                    1", limits: few) }
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "1", count: 2000)) }
    }

    @Test("hostile texts cost linear time")
    func linear() throws {
        let escapes = "\"" + String(repeating: "\\n", count: 500_000) + "\""
        let names = "{" + (0..<50_000).map { "\"\($0)\":1" }.joined(separator: ",") + "}"
        let limit = ContinuousClock.now + .seconds(20)
        _ = try JSON(parsing: escapes)
        let values = try JSONText.decode([String: Int].self, from: Array(names.utf8))
        #expect(values.count == 50_000)
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "{\"a\":1,", count: 100_000)) }
        #expect(ContinuousClock.now < limit)
    }

    @Test("an error names its place in the tree")
    func path() {
        let text = "{\"tools\": [{}, {}, {\"name\": tru}]}"
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.description == "line 1, column 29: expected `true` in `tools[2].name`, found `t`")
        let strange = #expect(throws: JSONError.self) { try JSON(parsing: "{\"a b\\u001b\": x}") }
        #expect(strange?.path.description == "[\"a b\\u{1b}\"]")
    }

    @Test("a node keeps positions")
    func positions() throws {
        let node = try JSONNode(parsing: Array("{\n  \"a\": [1,\n 22]}".utf8))
        #expect(node["a"]?.position == JSONPosition(line: 2, column: 8))
        #expect(node["a"]?.elements?[1].position == JSONPosition(line: 3, column: 2))
        #expect(node.members?.first?.namePosition == JSONPosition(line: 2, column: 3))
    }
}
