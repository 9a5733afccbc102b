package import AIUCommandLine
package import AIUModel
package import AIUSystem
internal import AIUWire

/// VMs as people see them.
package enum VMTable {
    package static func render(_ views: [VMView], now: Timestamp, width: Int?, style: Style) -> String {
        guard !views.isEmpty else { return "no VMs; `aiu launch NAME` makes and starts one\n" }
        var table = Table(
            [
                .init("NAME", mayShrink: true), .init("STATE"), .init("CPUS", .right), .init("MEMORY", .right),
                .init("DISK", .right), .init("UP"), .init("CREATED"),
            ], style: style)
        for view in views {
            let record = view.record
            table.add([
                record.name.text, record.phase.rawValue + (record.ephemeral ? " (ephemeral)" : ""),
                String(record.resources.processors), record.resources.memory.description,
                record.resources.storage.description, uptime(record, now),
                DurationText.ago(.milliseconds(now.milliseconds - record.created)),
            ])
        }
        return table.render(width: width)
    }

    /// Since when it runs, nothing when it does not.
    private static func uptime(_ record: VMRecord, _ now: Timestamp) -> String {
        guard record.phase == .running, let started = record.started else { return "" }
        return DurationText.elapsed(.milliseconds(max(0, now.milliseconds - started)))
    }

    /// Everything about one VM, a line each.
    package static func details(_ view: VMView, now: Timestamp, style: Style) -> String {
        let record = view.record
        var rows: [(String, String)] = [
            ("Name", record.name.text), ("State", record.phase.rawValue + (record.ephemeral ? " (ephemeral)" : "")),
        ]
        if let failure = record.failure { rows.append(("Problem", failure)) }
        rows += [
            ("Identifier", record.id.text), ("Image", "\(record.flavour) (\(record.image))"),
            ("Processors", String(record.resources.processors)), ("Memory", record.resources.memory.description),
            ("Disk", record.resources.storage.description),
            ("Created", Timestamp(milliseconds: record.created).description),
        ]
        if let started = record.started {
            rows.append(("Started", Timestamp(milliseconds: started).description))
        }
        if let ready = view.readyMilliseconds {
            rows.append(("Ready after", DurationText.elapsed(.microseconds(Int64(ready * 1000)))))
        }
        if let accelerator = view.accelerator {
            rows.append(("Accelerator", "\(accelerator.kind.rawValue): \(accelerator.reason)"))
        }
        rows.append(("Configuration", "SHA-256 \(record.configurationDigest)"))
        if let agent = view.agent { rows += self.rows(agent, now) }
        let column = (rows.map(\.0.count).max() ?? 0) + 2
        return rows.map { name, value in
            style.dim("\(name):") + String(repeating: " ", count: column - name.count) + SafeText.line(value) + "\n"
        }.joined()
    }

    private static func rows(_ agent: VMView.Agent, _ now: Timestamp) -> [(String, String)] {
        let hello = agent.hello
        var rows = [
            ("Kernel", hello.kernel), ("Agent", hello.agentVersion),
            (
                "Last heard of",
                DurationText.elapsed(.milliseconds(max(0, now.milliseconds - agent.lastSeen))) + " ago"
            ),
        ]
        if let problem = hello.configurationProblem { rows.append(("Configuration problem", problem)) }
        guard let beat = agent.heartbeat else { return rows }
        rows += [
            (
                "Memory in use",
                "\(SizeText.approximate(beat.memoryTotal - min(beat.memoryTotal, beat.memoryAvailable))) of "
                    + SizeText.approximate(beat.memoryTotal)
            ),
            (
                "Disk in use",
                "\(SizeText.approximate(beat.diskTotal - min(beat.diskTotal, beat.diskFree))) of "
                    + SizeText.approximate(beat.diskTotal)
            ),
            ("Load", "\(beat.load / 100).\(beat.load % 100 < 10 ? "0" : "")\(beat.load % 100)"),
            ("Processes", String(beat.processes)),
        ]
        return rows
    }
}
