import AIUJSON
import AIUSystem
import AIUTools
import AIUWire
import Glibc
import Testing

/// What every call goes through: reading, the schema, a reply whatever happens.
@Suite struct ToolRunnerTests {
    @Test(
        "bytes that are no call become a reply that says so",
        arguments: [
            "", "{", "[]", "null", "{\"tool\":\"statistics\"}",
            "{\"tool\":1,\"arguments\":{},\"files\":[],\"resultsFolder\":\"/tmp\",\"languages\":[]}",
            String(repeating: "[", count: 100_000),
        ])
    func broken(text: String) {
        let reply = ToolRunner(tool: "statistics", toolsDocument: "\(ToolCall.root)/model/tools.json").reply(
            to: Array(text.utf8))
        #expect(reply.failure?.reason == .invalid)
        #expect(reply.failure?.message.hasPrefix("The call of statistics is not what a tool reads") == true)
    }

    @Test("a tool that is not there is named with its nearest")
    func unknown() throws {
        let call = try JSONText.encode(ToolCall.invocation("statistic", .emptyObject))
        let reply = ToolRunner(tool: "statistic", toolsDocument: "\(ToolCall.root)/model/tools.json").reply(to: call)
        #expect(reply.failure?.message == "This image has no tool \"statistic\"; did you mean statistics?")
        #expect(reply.failure?.reason == .unavailable)
    }

    @Test("without the description of the tools nothing runs")
    func noDocument() throws {
        let call = try JSONText.encode(ToolCall.invocation("statistics", ["operation": "mean", "values": "1 2"]))
        let reply = ToolRunner(tool: "statistics", toolsDocument: "/nonexistent/tools.json").reply(to: call)
        #expect(reply.failure?.reason == .unavailable)
    }

    @Test(
        "arguments that break the schema",
        arguments: [
            (["operation": "list", "limt": 3], "tool has no argument \"limt\"; did you mean `limit`?"),
            (["operation": "list", "zzz": 3], "tool has no argument \"zzz\"; it has `operation`, `limit`, `deep`."),
            (["operation": "lst"], "`operation` of tool cannot be \"lst\"; did you mean list?"),
            (["operation": "x"], "`operation` of tool cannot be \"x\"; it is one of list, find."),
            (["operation": 3], "`operation` of tool cannot be \"3\"; it is one of list, find."),
            (["operation": "list", "limit": 0], "`limit` of tool is 0; it must be 1 or more."),
            (
                ["operation": "list", "limit": "many"],
                "`limit` of tool must be a whole number, not the string \"many\"."
            ),
            (["operation": "list", "limit": 2.5], "`limit` of tool must be a whole number, not 2.5."),
            (["operation": "list", "deep": 1], "`deep` of tool must be true or false, not 1."),
            (["limit": 3], "tool needs the argument `operation`: one of list, find."),
            ([], "the arguments of tool must be an object"),
        ] as [(JSON, String)])
    func schema(arguments: JSON, message: String) {
        do throws(ToolReply.Failure) {
            _ = try Self.schema.check(arguments)
            Issue.record("nothing was refused")
        } catch {
            #expect(error.message.hasPrefix(message), "\(error.message)")
            #expect(error.reason == .invalid)
        }
    }

    @Test("what is meant is taken: numbers in texts, whole ones with a point, null for nothing")
    func lenient() throws {
        let checked = try Self.schema.check(["operation": "list", "limit": "3", "deep": nil])
        #expect(checked == ["operation": "list", "limit": 3])
        #expect(try Self.schema.check(["operation": "list", "limit": 4.0])["limit"]?.integerValue == 4)
    }

    private static let schema = ToolSchema(
        tool: "tool",
        schema: [
            "type": "object",
            "properties": [
                "operation": ["type": "string", "enum": ["list", "find"]], "limit": ["type": "integer", "minimum": 1],
                "deep": ["type": "boolean"],
            ],
            "required": ["operation"], "additionalProperties": false,
        ])

    @Test("every tool has its phrases, in every language, and nothing else")
    func phrases() throws {
        let languages: Set<String> = ["en", "de", "fr", "es", "it", "pt", "nl", "pl"]
        for tool in [
            "calculator", "integrator", "algebra_solver", "statistics", "data_miner", "trend_analyzer",
            "process_monitor", "benchmark_suite",
        ] {
            let phrases = try JSON(parsing: Files.read("\(ToolCall.root)/guest-agent/phrases/\(tool).json"))
            for phrase in try #require(phrases.membersValue) {
                #expect(phrase.name.hasPrefix("\(tool)."))
                let texts = try #require(phrase.value.membersValue)
                #expect(Set(texts.map(\.name)) == languages, "\(phrase.name)")
                let fields = Set(texts.map { Self.fields($0.value.stringValue ?? "") })
                #expect(fields.count == 1, "\(phrase.name) has other fields in another language")
            }
        }
    }

    private static func fields(_ text: String) -> Set<String> {
        var fields: Set<String> = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            fields.insert(String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        return fields
    }
}

/// Programs that do a tool's work.
@Suite struct EngineTests {
    @Test("what goes in comes out, more than a pipe holds")
    func echo() throws {
        var engine = Engine("/bin/cat")
        engine.input = [UInt8](repeating: 65, count: 1 << 20)
        let outcome = try engine.run()
        #expect(outcome.succeeded && outcome.output == engine.input)
    }

    @Test("one that runs too long is ended with all that it started")
    func deadline() throws {
        let start = ContinuousClock.now
        var engine = Engine("/bin/sh", ["-c", "(trap '' TERM; sleep 77.7) & echo started; sleep 77.7"])
        engine.deadline = .milliseconds(300)
        let outcome = try engine.run()
        #expect(outcome.timedOut && !outcome.succeeded && outcome.text == "started\n")
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test("what stays behind in the background does not hold it up")
    func background() throws {
        let start = ContinuousClock.now
        let outcome = try Engine("/bin/sh", ["-c", "sleep 77.8 & echo done"]).run()
        #expect(outcome.succeeded && outcome.text == "done\n" && ContinuousClock.now - start < .seconds(5))
    }

    @Test("too much output, memory or file is bounded")
    func bounds() throws {
        var loud = Engine("/usr/bin/head", ["-c", "3000000", "/dev/zero"])
        loud.outputLimit = 1000
        let outcome = try loud.run()
        #expect(outcome.output.count == 1000 && outcome.truncated)
        var writer = Engine("/bin/sh", ["-c", "head -c 100000 /dev/zero > /tmp/aiu-engine-test"])
        writer.fileSizeLimit = 1024
        #expect(try !writer.run().succeeded)
        #expect((try? Files.metadata("/tmp/aiu-engine-test").st_size) ?? 0 <= 1024)
        try Files.remove("/tmp/aiu-engine-test")
    }

    @Test("one that is not there is said, and the status of one that fails")
    func endings() throws {
        do throws(ToolReply.Failure) {
            _ = try Engine("/nonexistent/engine").run()
            Issue.record("it ran")
        } catch {
            #expect(error.reason == .unavailable)
        }
        #expect(try Engine("/bin/sh", ["-c", "exit 7"]).run().ending == .exited(7))
        #expect(try Engine("/bin/sh", ["-c", "kill -9 $$"]).run().ending == .killed(signal: 9))
    }
}

/// How numbers are written.
@Suite struct NumberFormatTests {
    @Test(
        arguments: [
            (0, "0"), (1, "1"), (-2.5, "-2.5"), (0.1 + 0.2, "0.3"), (1e-5, "0.00001"), (1.5e7, "15000000"),
            (1e20, "100000000000000000000"),
            (1e21, "1e21"), (123456789.123, "123456789.123"), (1.0 / 3, "0.333333333333"), (-1e-12, "-1e-12"),
            (1e15, "1000000000000000"),
            (.infinity, "∞"), (.nan, "NaN"), (2.5e-7, "0.00000025"), (1_234_567_890_123_456, "1234567890120000"),
        ] as [(Double, String)])
    func write(number: Double, text: String) { #expect(NumberFormat.write(number) == text) }
}
