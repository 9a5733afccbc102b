package import AIUCommandLine
package import AIUModel
package import AIUSystem
internal import AIUWire

/// VMs as people see them.
package enum VMTable {
    private static let usualColumns = 7

    package static func render(_ views: [VMView], now: Timestamp, width: Int?, style: Style) -> String {
        guard !views.isEmpty else { return "no VMs; `aiu launch NAME` makes and starts one\n" }
        var columns: [Table.Column] = [
            .init("NAME", mayShrink: true), .init("STATE"), .init("CPUS", .right), .init("MEMORY", .right),
            .init("DISK", .right), .init("UP"), .init("CREATED"),
        ]
        // A column for what nobody uses would only take room.
        if views.contains(where: { !$0.record.labels.values.isEmpty }) {
            columns.append(.init("LABELS", mayShrink: true))
        }
        let hasOwners = Set(views.compactMap(\.record.owner)).count > 1
        let hasProjects = views.contains { $0.record.project != nil }
        let hasLabels = columns.count > Self.usualColumns
        if hasOwners { columns.append(.init("OWNER", mayShrink: true)) }
        if hasProjects { columns.append(.init("PROJECT", mayShrink: true)) }
        var table = Table(columns, style: style)
        for view in views {
            let record = view.record
            let more =
                (hasLabels ? [text(record.labels)] : [])
                + (hasOwners ? [record.owner.map { UserNames.name(of: $0) ?? "\($0)" } ?? ""] : [])
                + (hasProjects ? [record.project ?? ""] : [])
            table.add(
                [
                    record.name.text, state(view), String(record.resources.processors),
                    record.resources.memory.description, record.resources.storage.description, uptime(view),
                    DurationText.ago(.milliseconds(now.milliseconds - record.created)),
                ] + more, painting: [1: { PhaseColour.paint($0, record.phase, style) }])
        }
        return table.render(width: width)
    }

    /// Deleted VMs that can still be recovered.
    package static func deleted(_ views: [VMView], now: Timestamp, width: Int?, style: Style) -> String {
        guard !views.isEmpty else { return "no deleted VM is kept\n" }
        var table = Table(
            [
                .init("NAME", mayShrink: true), .init("IDENTIFIER"), .init("DISK", .right), .init("DELETED"),
                .init("KEPT"),
            ], style: style)
        for view in views {
            let record = view.record
            table.add([
                record.name.text, record.id.text, record.resources.storage.description,
                record.deleted.map { DurationText.ago(.milliseconds(now.milliseconds - $0)) } ?? "",
                record.keptUntil.map { "for \(span($0, now))" } ?? "",
            ])
        }
        return table.render(width: width)
            + "\n`aiu recover NAME` brings one back, `aiu purge NAME` removes it for good.\n"
    }

    /// "within 7 days": how long something can still be undone.
    package static func within(_ until: Int64, now: Timestamp) -> String { "within \(span(until, now))" }

    /// The time left, in its largest unit.
    private static func span(_ until: Int64, _ now: Timestamp) -> String {
        // The half minute keeps seven days from being six because a moment has passed.
        let left = max(0, until - now.milliseconds) + 30_000
        let text = DurationText.ago(.milliseconds(-left))
        return String(text.dropFirst("in ".count))
    }

    package static func text(_ labels: Labels) -> String {
        labels.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    }

    private static func state(_ view: VMView) -> String {
        let record = view.record
        let notes = [
            record.ephemeral ? "ephemeral" : nil, record.protected ? "protected" : nil, agentNote(view),
        ].compactMap { $0 }
        return record.phase.rawValue + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
    }

    /// Only what is not as it should be.
    private static func agentNote(_ view: VMView) -> String? {
        guard view.record.phase == .running else { return nil }
        guard let agent = view.agent else { return "agent not connected" }
        return agent.silent ? "agent silent" : nil
    }

    /// Since when it runs, nothing when it does not.
    /// Since its start, nothing when it does not run.
    private static func uptime(_ view: VMView) -> String {
        view.uptimeMilliseconds.map { DurationText.elapsed(.milliseconds($0)) } ?? ""
    }

    /// Everything about one VM, a line each.
    package static func details(_ view: VMView, now: Timestamp, style: Style) -> String {
        let record = view.record
        var rows: [(String, String)] = [
            ("Name", record.name.text), ("State", state(view)),
        ]
        if let failure = record.failure { rows.append(("Problem", failure)) }
        rows += [
            ("Identifier", record.id.text), ("Image", "\(record.flavour) (\(record.image))"),
            ("Processors", String(record.resources.processors)), ("Memory", record.resources.memory.description),
            ("Disk", record.resources.storage.description + (record.encrypted ? " (encrypted)" : "")),
            ("Created", Timestamp(milliseconds: record.created).description),
        ]
        if !record.labels.values.isEmpty { rows.append(("Labels", text(record.labels))) }
        if let owner = record.owner { rows.append(("Owner", UserNames.name(of: owner) ?? "user \(owner)")) }
        if let project = record.project { rows.append(("Project", project)) }
        if let until = record.keptUntil {
            rows.append(("Kept until", Timestamp(milliseconds: until).description))
        }
        if let started = record.started {
            rows.append(("Started", Timestamp(milliseconds: started).description))
        }
        if let ready = view.readyMilliseconds {
            rows.append(("Ready after", DurationText.elapsed(.microseconds(Int64(ready * 1000)))))
        }
        if let accelerator = view.accelerator {
            rows.append(("Accelerator", "\(accelerator.kind.rawValue): \(accelerator.reason)"))
        }
        rows.append(("Configuration", configuration(record)))
        if let agent = view.agent { rows += self.rows(agent, now) }
        let column = (rows.map(\.0.count).max() ?? 0) + 2
        return rows.map { name, value in
            let safe = SafeText.line(value)
            let text =
                switch name {
                case "State": PhaseColour.paint(safe, record.phase, style)
                case "Problem": style.red(safe)
                case _: safe
                }
            return style.dim("\(name):") + String(repeating: " ", count: column - name.count) + text + "\n"
        }.joined()
    }

    private static func configuration(_ record: VMRecord) -> String {
        let text = "revision \(record.configurationRevision), SHA-256 \(record.configurationDigest)"
        return record.configurationOnDisk == record.configurationDigest ? text : text + ", not on its disk yet"
    }

    private static func rows(_ agent: VMView.Agent, _ now: Timestamp) -> [(String, String)] {
        let hello = agent.hello
        var rows = [
            ("Kernel", hello.kernel), ("Agent", hello.agentVersion),
            (
                "Last heard of",
                DurationText.elapsed(.milliseconds(max(0, now.milliseconds - agent.lastSeen))) + " ago"
                    + (agent.silent ? "; it says nothing any more" : "")
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
