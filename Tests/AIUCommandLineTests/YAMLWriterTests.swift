import AIUCommandLine
import AIUJSON
import AIUSystem
import Glibc
import Testing

@Suite("YAML")
struct YAMLWriterTests {
    @Test("values are written as people would")
    func looks() {
        let json: JSON = [
            "name": "notes", "memory": "256 MB", "running": true, "cpus": 2, "load": 0.5, "labels": [], "options": [:],
            "answer": "yes", "version": "1.0", "path": "/tmp/x", "note": "two\nlines\n", "colon": "a: b",
            "list": [1, "two", ["x": 1, "y": [nil]], [[3]]],
        ]
        #expect(
            YAMLWriter.text(json) == """
                name: notes
                memory: "256 MB"
                running: true
                cpus: 2
                load: 0.5
                labels: []
                options: {}
                answer: "yes"
                version: "1.0"
                path: /tmp/x
                note: |
                  two
                  lines
                colon: "a: b"
                list:
                  - 1
                  - two
                  - x: 1
                    "y":
                      - null
                  - - - 3

                """)
    }

    static let strings = [
        "", " ", "a ", " a", "yes", "No", "ON", "y", "null", "~", "Null", "true", "1", "1.5", "1e3", "0x10", "0o7",
        "017",
        "1_000", "2001-01-01", "12:30:45", ".inf", "-.INF", ".nan", "nan", "-", "- a", "?", "? a", ":", "a:", "a: b",
        "#",
        "a #b", "&a", "*a", "!a", "|", ">", "'", "\"", "%a", "@a", "`a", "[a]", "{a}", "a,b", "<<", "=", "---", "...",
        "\n", "a\n", "a\nb", "a\n\nb", "a\nb\n", "a\nb\n\n", "\na", " a\nb", "a\n b", "a\n  ", "a \nb", "a\tb",
        "\ta\nb",
        "a\r\nb", "\u{0}", "\u{7F}", "\u{85}", "\u{A0}", "\u{2028}", "\u{FEFF}", "😀", "é\nü", "a\\b", "\u{1B}[31m",
        "\u{FFFE}", "\u{10FFFF}", "a\n# b", "a\n---\nb", "a\n...\n", "key: |\n  x",
        String(repeating: "long ", count: 400),
    ]

    @Test("another YAML reader reads the same values")
    func roundTrip() throws {
        var documents: [JSON] = Self.strings.flatMap { text -> [JSON] in
            [
                .string(text), [.string(text)], .object([.init("k", .string(text))]),
                .object([.init(text, [[.string(text)]])]),
            ]
        }
        documents += [
            [], [:], nil, [[]], [[:]], [nil, [:], [[], [[:]]]], .number(1e300), .number(-1e-7), .number(5),
            .integer(.min),
        ]
        documents.append(["a": [["b": ["c": "x\ny"], "d": ["e\nf"]], "g\nh"]])
        var random = SystemRandomNumberGenerator()
        documents += (0..<400).map { _ in Self.random(depth: 4, using: &random) }
        let script = """
            import json, sys, yaml
            with open(sys.argv[1], encoding="utf-8") as file:
                cases = json.load(file)
            def same(a, b):
                if type(a) is not type(b): return False
                if isinstance(a, dict): return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
                if isinstance(a, list): return len(a) == len(b) and all(map(same, a, b))
                return a == b
            wrong = 0
            for value, text in cases:
                try: read = yaml.safe_load(text)
                except Exception as error: read = error
                if not same(value, read):
                    wrong += 1
                    print(repr(value), repr(text), repr(read), file=sys.stderr)
            sys.exit(1 if wrong else 0)
            """
        let path = "/tmp/json-yaml-test-\(getpid())"
        let pairs = documents.map { JSON.array([$0, .string(YAMLWriter.text($0))]) }
        try Files.replace(path, with: JSON.array(pairs).bytes())
        defer { #expect(throws: Never.self) { try Files.remove(path) } }
        var request = SpawnRequest("/usr/bin/python3", ["-c", script, path], environment: ["LC_ALL=C.UTF-8"])
        request.descriptors = [-1, 1, 2]
        #expect(try Child.spawn(request).wait() == .exited(0))
    }

    private static func random(depth: Int, using random: inout SystemRandomNumberGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: .min ... .max, using: &random))
        case 3:
            let value = Double(bitPattern: random.next())
            return .number(value.isFinite ? value : 0.25)
        case 4: return .string(strings.randomElement(using: &random) ?? "")
        case 5:
            let scalars = (0..<8).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0..<(Bool.random() ? 0x80 : 0x11_0000), using: &random))
            }
            return .string(String(String.UnicodeScalarView(scalars)))
        case 6, 7:
            return .array((0..<Int.random(in: 0..<4)).map { _ in Self.random(depth: depth - 1, using: &random) })
        default:
            return .object(
                (0..<Int.random(in: 0..<4)).map { index in
                    let name = (strings.randomElement(using: &random) ?? "") + "\(index)"
                    return JSON.Member(name, Self.random(depth: depth - 1, using: &random))
                })
        }
    }
}
