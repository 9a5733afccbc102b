import AIUJSON
import Testing

@Suite("Codable types as JSON")
struct JSONCodableTests {
    /// Something of every kind that messages are made of.
    struct Sample: Codable, Equatable {
        enum Mode: String, Codable { case fast, slow }

        enum Event: Codable, Equatable {
            case started(at: Int)
            case stopped
        }

        struct Resources: Codable, Equatable {
            var cpuCores: Int
            var ratio: Float

            enum CodingKeys: String, CodingKey {
                case cpuCores = "cpu_cores"
                case ratio
            }
        }

        var name = "n"
        var mode = Mode.fast
        var resources = Resources(cpuCores: 2, ratio: 0.1)
        var flags: [Bool] = [true, false]
        var small: UInt8 = 255
        var large = Int64.min
        var maybe: Int?
        var labels = ["z": 1, "a": 2, "m": 3]
        var events: [Event] = [.started(at: 3), .stopped]
        var free: JSON = ["x": [1, 2.5, nil]]
        var bytes: [UInt8] = [1, 2]
        var nested: [[String]] = [["a"], []]
    }

    @Test("every kind of member survives, in declaration order, dictionaries sorted")
    func roundTrip() throws {
        let text = try JSONText.encodeString(Sample())
        #expect(
            text == #"{"name":"n","mode":"fast","resources":{"cpu_cores":2,"ratio":0.1},"flags":[true,false],"#
                + #""small":255,"large":-9223372036854775808,"labels":{"a":2,"m":3,"z":1},"#
                + #""events":[{"started":{"at":3}},{"stopped":{}}],"free":{"x":[1,2.5,null]},"bytes":[1,2],"#
                + #""nested":[["a"],[]]}"#)
        #expect(try JSONText.decode(Sample.self, from: Array(text.utf8)) == Sample())
        #expect(try JSONText.decode(Sample.self, from: JSON(encoding: Sample())) == Sample())
    }

    @Test("scalars and nil stand alone")
    func scalars() throws {
        #expect(try JSONText.encodeString("a") == "\"a\"")
        #expect(try JSONText.encodeString(Int?.none) == "null")
        #expect(try JSONText.encodeString([1: "x"]) == #"{"1":"x"}"#)
        #expect(try JSONText.decode(Int?.self, from: Array("null".utf8)) == nil)
        #expect(try JSONText.decode([Double].self, from: Array("[1, 2.5, 1e2]".utf8)) == [1, 2.5, 100])
        #expect(try JSONText.decode(Int.self, from: Array("2.0".utf8)) == 2)
        #expect(try JSONText.decode(JSON.self, from: Array("[null]".utf8)) == [nil])
    }

    static let refusals: [(String, String)] = [
        (
            "{\n\"cpu_cores\": \"2\", \"ratio\": 1}",
            "line 2, column 14: `[1].cpu_cores` must be an integer, not a string"
        ),
        ("{\"cpu_cores\": 2.5, \"ratio\": 1}", "`[1].cpu_cores` must be an integer from -9223372036854775808 to"),
        ("{\"cpu_cores\": 2, \"ratio\": null}", "`[1].ratio` must be a number, not null"),
        ("{\"ratio\": 1}", "`[1].cpu_cores` is missing"),
        ("[]", "`[1]` must be an object, not an array"),
    ]

    @Test("a refusal names the line, the field and the kinds", arguments: refusals)
    func refuses(text: String, message: String) {
        let bytes = Array("[{\"cpu_cores\":1,\"ratio\":1},\(text)]".utf8)
        let error = #expect(throws: JSONError.self) { try JSONText.decode([Sample.Resources].self, from: bytes) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.position != nil)
    }

    @Test("the standard library's refusals get a place too")
    func standardRefusals() {
        let bytes = Array("{\"a\":\n [\"fast\", \"quick\"]}".utf8)
        let error = #expect(throws: JSONError.self) { try JSONText.decode([String: [Sample.Mode]].self, from: bytes) }
        #expect(error?.position == JSONPosition(line: 2, column: 11))
        #expect(error?.path.description == "a[1]")
        let small = #expect(throws: JSONError.self) { try JSONText.decode([UInt8].self, from: Array("[256]".utf8)) }
        #expect(small?.description == "line 1, column 2: `[0]` must be an integer from 0 to 255, not 256")
    }

    @Test("numbers that JSON cannot hold are refused with their place")
    func unencodable() {
        let infinite = #expect(throws: JSONError.self) { try JSONText.encode(["a": [1.5, .infinity]]) }
        #expect(infinite?.path.description == "a[1]")
        #expect(throws: JSONError.self) { try JSONText.encode([UInt64.max]) }
    }

    @Test("many members keep their order and their last value")
    func many() throws {
        let numbers = Dictionary(uniqueKeysWithValues: (0..<1000).map { ("k\($0)", $0) })
        let text = try JSONText.encode(numbers)
        #expect(try JSONText.decode([String: Int].self, from: text) == numbers)
    }

    @Test("a message of a heartbeat's size is cheap")
    func speed() throws {
        let sample = Sample()
        let clock = ContinuousClock()
        let best = try (0..<20).map { _ in try clock.measure { for _ in 0..<50 { _ = try JSONText.encode(sample) } } }
            .min()
        print("one encoding:", (best ?? .zero) / 50)
        #expect((best ?? .zero) / 50 < .milliseconds(1))
    }
}
