import AIUJSON
import AIUTools
import AIUWire
import Testing

/// Speeds of commands and of the machine.
@Suite struct BenchmarkSuiteTests {
    @Test("a command that sleeps takes as long, and longer than one that sleeps less")
    func commands() throws {
        let one = try ToolCall.reply("benchmark_suite", ["target": "command", "command": "sleep 0.05", "runs": 3])
        let mean = one.value?["command"]?["mean"]?.numberValue ?? 0
        #expect(mean >= 50 && one.value?["command"]?["times"]?.arrayValue?.count == 3)
        let both = try ToolCall.reply(
            "benchmark_suite", ["target": "command", "command": "sleep 0.2", "other_command": "sleep 0.01", "runs": 3])
        #expect((both.value?["ratio"]?.numberValue ?? 0) > 2)
    }

    @Test("memory has a speed")
    func machine() throws {
        let reply = try ToolCall.reply("benchmark_suite", ["target": "memory", "runs": 1])
        #expect((reply.value?["results"]?[0]?["rate"]?.numberValue ?? 0) > 0)
    }

    @Test(
        "what cannot be measured is said",
        arguments: [
            (["target": "command", "command": "exit 3"], "\"exit 3\" ended with status 3"),
            (["target": "command"], "benchmark_suite needs the argument `command`"),
            (["target": "model"], "Tools cannot reach the model's process"),
            (["target": "cpu", "runs": 0], "`runs` of benchmark_suite is 0"),
            (["target": "gpu"], "`target` of benchmark_suite cannot be \"gpu\"; did you mean cpu?"),
        ] as [(JSON, String)])
    func refusals(arguments: JSON, start: String) throws {
        let reply = try ToolCall.reply("benchmark_suite", arguments)
        #expect(reply.failure?.message.hasPrefix(start) == true, "\(reply.failure?.message ?? reply.text)")
    }
}
