internal import AIUJSON
internal import AIUSystem
package import AIUWire

/// Measures how fast the machine or a command is.
package struct BenchmarkSuite: Tool {
    package static let name = "benchmark_suite"

    private enum Target: String, CaseIterable { case all, cpu, memory, disk, model, command }

    private static let defaultRuns = 3
    private static let defaultCommandRuns = 5
    private static let mostRuns = 1000
    /// No run begins after this.
    private static let patience: Duration = .seconds(40)

    package init() {}

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        let runs = try arguments.integer("runs", in: 1...Self.mostRuns)
        switch try arguments.requiredChoice("target", Target.self) {
        case .command: return try commands(arguments, runs ?? Self.defaultCommandRuns)
        case .model:
            throw ToolReply.Failure(
                .unavailable,
                "Tools cannot reach the model's process; `aiu prompt --trace` shows how long the model takes for a prompt."
            )
        case .cpu: return machine([("cpu", MachineSpeed.cpu(runs: Self.bounded(runs)))])
        case .memory: return machine([("memory", MachineSpeed.memory(runs: Self.bounded(runs)))])
        case .disk: return machine([("disk", try MachineSpeed.disk(runs: Self.bounded(runs), folder: folder))])
        case .all:
            let runs = Self.bounded(runs)
            return machine([
                ("cpu", MachineSpeed.cpu(runs: runs)), ("memory", MachineSpeed.memory(runs: runs)),
                ("disk", try MachineSpeed.disk(runs: runs, folder: folder)),
            ])
        }
    }

    private static func bounded(_ runs: Int?) -> Int { min(runs ?? defaultRuns, 20) }

    private var folder: String {
        Files.exists(ToolConfinement.workspace) ? ToolConfinement.workspace : TemporaryFolder.current
    }

    private func machine(_ parts: [(String, [MachineSpeed.Rate])]) -> ToolReply {
        var lines = ["part,what,rate,unit"]
        var json: [JSON] = []
        var shown: [String] = []
        for (part, rates) in parts {
            for rate in rates {
                let best = NumberFormat.write(rate.best, digits: 4)
                lines.append("\(part),\(rate.name),\(best),\(rate.unit)")
                shown.append("\(part) \(rate.name) \(best) \(rate.unit)")
                json.append([
                    "part": .string(part), "what": .string(rate.name), "rate": .number(rate.best),
                    "unit": .string(rate.unit),
                    "rates": .array(rate.values.map { .number($0) }),
                ])
            }
        }
        return ToolReply(
            text: lines.joined(separator: "\n"),
            value: ["results": .array(json), "processors": .integer(Int64(SystemFigures.processors))],
            phrase: .init("benchmark_suite.machine", ["results": shown.joined(separator: ", ")]))
    }

    // MARK: Commands

    private func commands(_ arguments: Arguments, _ runs: Int) throws(ToolReply.Failure) -> ToolReply {
        let first = try arguments.requiredText("command")
        guard let second = arguments.text("other_command") else {
            let measurement = try measure([first], runs)[0]
            return single(first, measurement)
        }
        let both = try measure([first, second], runs)
        return compared((first, both[0]), (second, both[1]))
    }

    /// In turn, so that what disturbs one disturbs the other too; the first round only warms up.
    private func measure(_ commands: [String], _ runs: Int) throws(ToolReply.Failure) -> [Measurement] {
        var measurements = commands.map { _ in Measurement() }
        let end = ContinuousClock.now + Self.patience
        for round in 0...runs {
            for (index, command) in commands.enumerated() {
                let time = try time(command)
                // A long command is its own warm-up.
                if round > 0 || time > 2000 { measurements[index].times.append(time) }
            }
            if ContinuousClock.now > end { break }
            if measurements.allSatisfy({ $0.times.count >= runs }) { break }
        }
        return measurements
    }

    private func time(_ command: String) throws(ToolReply.Failure) -> Double {
        var engine = Engine("/bin/sh", ["-c", command])
        engine.workingDirectory = folder
        engine.deadline = .seconds(30)
        engine.outputLimit = 64 * 1024
        let start = ContinuousClock.now
        let outcome = try engine.run()
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        let shown = Excerpt.quoted(command)
        guard !outcome.timedOut else {
            throw ToolReply.Failure(.timedOut, "\(shown) did not end within 30 seconds; measure something shorter.")
        }
        guard outcome.succeeded else {
            let why = outcome.errorText.collapsed.prefix(200)
            let status =
                switch outcome.ending {
                case .exited(let code): "status \(code)"
                case .killed(let signal): "signal \(signal)"
                }
            throw ToolReply.Failure(
                .failed, "\(shown) ended with \(status)\(why.isEmpty ? "" : ": \(why)"); it must work to be measured.")
        }
        return milliseconds
    }

    private func single(_ command: String, _ measurement: Measurement) -> ToolReply {
        ToolReply(
            text: "\(NumberFormat.write(measurement.mean, digits: 4)) ms",
            value: ["command": json(command, measurement)],
            phrase: .init(
                "benchmark_suite.command",
                [
                    "command": command, "mean": NumberFormat.write(measurement.mean, digits: 4),
                    "deviation": NumberFormat.write(measurement.deviation, digits: 3),
                    "fastest": NumberFormat.write(measurement.fastest, digits: 4),
                    "slowest": NumberFormat.write(measurement.slowest, digits: 4), "runs": "\(measurement.times.count)",
                ]))
    }

    private func compared(_ first: (String, Measurement), _ second: (String, Measurement)) -> ToolReply {
        let (fast, slow) = first.1.mean <= second.1.mean ? (first, second) : (second, first)
        let ratio = fast.1.mean > 0 ? slow.1.mean / fast.1.mean : 1
        let test = StatisticalTest.welch(first.1.sample, second.1.sample)
        let isClear = (test?.p ?? 1) < 0.05
        let rows = [first, second].map { command, measurement in
            "\(CSVText.field(command)),\(NumberFormat.write(measurement.mean, digits: 4)),\(NumberFormat.write(measurement.deviation, digits: 3))"
        }
        return ToolReply(
            text: (["command,mean_ms,deviation_ms"] + rows).joined(separator: "\n"),
            value: [
                "command": json(first.0, first.1), "otherCommand": json(second.0, second.1), "ratio": .number(ratio),
                "p": .number(test?.p ?? 1), "faster": isClear ? .string(fast.0) : nil,
            ],
            phrase: .init(
                isClear ? "benchmark_suite.faster" : "benchmark_suite.same",
                [
                    "fast": fast.0, "slow": slow.0, "ratio": NumberFormat.write(ratio, digits: 3),
                    "fastMean": NumberFormat.write(fast.1.mean, digits: 4),
                    "slowMean": NumberFormat.write(slow.1.mean, digits: 4),
                ]))
    }

    private func json(_ command: String, _ measurement: Measurement) -> JSON {
        [
            "command": .string(command), "mean": .number(measurement.mean), "deviation": .number(measurement.deviation),
            "fastest": .number(measurement.fastest), "slowest": .number(measurement.slowest),
            "times": .array(measurement.times.map { .number($0) }),
        ]
    }
}
