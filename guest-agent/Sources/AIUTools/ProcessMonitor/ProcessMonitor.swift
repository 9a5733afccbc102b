internal import AIUJSON
internal import AIUSystem
package import AIUWire
internal import Glibc

/// Shows what runs and how much of the machine is used, or stops a process.
package struct ProcessMonitor: Tool {
    package static let name = "process_monitor"

    private enum Operation: String, CaseIterable { case overview, cpu, memory, disk, uptime, processes, find, stop }
    private enum Order: String, CaseIterable { case cpu, memory }

    private static let defaultLimit = 10
    private static let mostListed = 500
    /// How long a process may take to end by itself.
    private static let patience: Duration = .seconds(3)

    package init() {}

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        switch try arguments.requiredChoice("operation", Operation.self) {
        case .overview: return try overview()
        case .cpu: return try cpu()
        case .memory: return try memory()
        case .disk: return try disk()
        case .uptime: return try uptime()
        case .processes:
            let limit = try arguments.integer("limit", in: 1...Self.mostListed) ?? Self.defaultLimit
            return try processes(try arguments.choice("sort_by", Order.self) ?? .cpu, limit)
        case .find: return try find(try arguments.requiredText("process"))
        case .stop: return try stop(try arguments.requiredText("process"))
        }
    }

    private static func unreadable(_ what: String) -> ToolReply.Failure {
        ToolReply.Failure(.unavailable, "The \(what) cannot be read here: /proc does not show it.")
    }

    // MARK: The machine

    private func overview() throws(ToolReply.Failure) -> ToolReply {
        guard let memory = MachineMemory.read(), let load = SystemFigures.load(), let uptime = SystemFigures.uptime()
        else {
            throw Self.unreadable("state of the machine")
        }
        let disk = SystemFigures.disk(Self.workspace)
        let count = ProcessTable.entries().count
        var lines = [
            "cpu,\(NumberFormat.write(load, decimals: 1))%",
            "memory,\(Self.megabytes(memory.used)) of \(Self.megabytes(memory.total)) MiB",
        ]
        var value: JSON = [
            "operation": "overview", "cpuPercent": .number(load),
            "processors": .integer(Int64(SystemFigures.processors)),
            "memoryTotal": .integer(memory.total), "memoryUsed": .integer(memory.used),
            "uptimeSeconds": .number(uptime),
            "processes": .integer(Int64(count)), "loadAverages": .array(SystemFigures.averages().map { .number($0) }),
        ]
        if let disk {
            lines.append("disk,\(Self.megabytes(disk.used)) of \(Self.megabytes(disk.size)) MiB")
            value["diskTotal"] = .integer(disk.size)
            value["diskUsed"] = .integer(disk.used)
        }
        lines += ["processes,\(count)", "uptime,\(Self.duration(uptime))"]
        return ToolReply(
            text: lines.joined(separator: "\n"), value: value,
            phrase: .init(
                "process_monitor.overview",
                [
                    "cpu": NumberFormat.write(load, decimals: 1), "used": Self.megabytes(memory.used),
                    "total": Self.megabytes(memory.total),
                    "diskUsed": Self.megabytes(disk?.used ?? 0), "diskTotal": Self.megabytes(disk?.size ?? 0),
                    "processes": "\(count)",
                    "uptime": Self.duration(uptime),
                ]))
    }

    private func cpu() throws(ToolReply.Failure) -> ToolReply {
        guard let load = SystemFigures.load(over: 500) else { throw Self.unreadable("processor's load") }
        let text = NumberFormat.write(load, decimals: 1)
        let averages = SystemFigures.averages()
        return ToolReply(
            text: "\(text)%",
            value: [
                "operation": "cpu", "percent": .number(load), "processors": .integer(Int64(SystemFigures.processors)),
                "loadAverages": .array(averages.map { .number($0) }),
            ],
            phrase: .init(
                "process_monitor.cpu",
                [
                    "percent": text, "processors": "\(SystemFigures.processors)",
                    "load": averages.map { NumberFormat.write($0) }.joined(separator: ", "),
                ]))
    }

    private func memory() throws(ToolReply.Failure) -> ToolReply {
        guard let memory = MachineMemory.read() else { throw Self.unreadable("memory") }
        let percent = NumberFormat.write(Double(memory.used) / Double(max(1, memory.total)) * 100, decimals: 1)
        let rows = [
            ("total", memory.total), ("used", memory.used), ("available", memory.available),
            ("swapUsed", memory.swapTotal - memory.swapFree),
        ]
        return ToolReply(
            text: rows.map { "\($0),\(Self.megabytes($1)) MiB" }.joined(separator: "\n"),
            value: .object([JSON.Member("operation", "memory")] + rows.map { JSON.Member($0, .integer($1)) }),
            phrase: .init(
                "process_monitor.memory",
                [
                    "used": Self.megabytes(memory.used), "total": Self.megabytes(memory.total),
                    "available": Self.megabytes(memory.available), "percent": percent,
                ]))
    }

    private static var workspace: String { Files.exists(ToolConfinement.workspace) ? ToolConfinement.workspace : "/" }

    private func disk() throws(ToolReply.Failure) -> ToolReply {
        guard let disk = SystemFigures.disk(Self.workspace), disk.size > 0 else { throw Self.unreadable("disk") }
        let percent = NumberFormat.write(Double(disk.used) / Double(disk.size) * 100, decimals: 1)
        let rows = [("total", disk.size), ("used", disk.used), ("free", disk.free)]
        return ToolReply(
            text: rows.map { "\($0),\(Self.megabytes($1)) MiB" }.joined(separator: "\n"),
            value: .object(
                [JSON.Member("operation", "disk"), JSON.Member("path", .string(disk.path))]
                    + rows.map { JSON.Member($0, .integer($1)) }),
            phrase: .init(
                "process_monitor.disk",
                [
                    "used": Self.megabytes(disk.used), "total": Self.megabytes(disk.size),
                    "free": Self.megabytes(disk.free), "percent": percent,
                ]))
    }

    private func uptime() throws(ToolReply.Failure) -> ToolReply {
        guard let seconds = SystemFigures.uptime() else { throw Self.unreadable("time since the start") }
        let text = Self.duration(seconds)
        return ToolReply(
            text: text, value: ["operation": "uptime", "seconds": .number(seconds)],
            phrase: .init("process_monitor.uptime", ["uptime": text]))
    }

    private static func megabytes(_ bytes: Int64) -> String {
        NumberFormat.write((Double(bytes) / 1_048_576).rounded())
    }

    /// 2 d 03:04:05
    private static func duration(_ seconds: Double) -> String {
        let whole = Int(max(0, min(seconds, 1e12)))
        let time = Moment(milliseconds: Int64(whole % 86_400) * 1000).timeText
        return whole >= 86_400 ? "\(whole / 86_400) d \(time)" : time
    }

    // MARK: Processes

    private func processes(_ order: Order, _ limit: Int) throws(ToolReply.Failure) -> ToolReply {
        let all = ProcessTable.sample()
        guard !all.isEmpty else { throw Self.unreadable("list of processes") }
        let sorted = all.sorted { left, right in
            switch order {
            case .cpu: (right.cpu, right.residentBytes) < (left.cpu, left.residentBytes)
            case .memory: (right.residentBytes, right.cpu) < (left.residentBytes, left.cpu)
            }
        }
        let shown = Array(sorted.prefix(limit))
        return ToolReply(
            text: table(shown),
            value: ["operation": "processes", "count": .integer(Int64(all.count)), "processes": json(shown)],
            phrase: .init(
                order == .cpu ? "process_monitor.by_cpu" : "process_monitor.by_memory",
                [
                    "count": "\(all.count)", "name": shown[0].name, "pid": "\(shown[0].pid)",
                    "cpu": NumberFormat.write(shown[0].cpu, decimals: 1),
                    "memory": Self.megabytes(shown[0].residentBytes),
                ]))
    }

    private func find(_ wanted: String) throws(ToolReply.Failure) -> ToolReply {
        let found = matching(wanted, in: ProcessTable.sample())
        guard !found.isEmpty else {
            return ToolReply(
                text: "", value: ["operation": "find", "count": 0, "processes": []],
                phrase: .init("process_monitor.not_found", ["process": wanted]))
        }
        let shown = Array(found.prefix(Self.mostListed))
        return ToolReply(
            text: table(shown),
            value: ["operation": "find", "count": .integer(Int64(found.count)), "processes": json(shown)],
            phrase: .init("process_monitor.found", ["process": wanted, "count": "\(found.count)"]))
    }

    /// By number, by name, or by what stands in the command line; not the tool itself.
    private func matching(_ wanted: String, in all: [ProcessTable.Entry]) -> [ProcessTable.Entry] {
        let others = all.filter { $0.pid != getpid() }
        if let number = Int32(wanted) { return others.filter { $0.pid == number } }
        let folded = Folding.fold(wanted)
        let named = others.filter { Folding.fold($0.name) == folded }
        if !named.isEmpty { return named }
        return others.filter { Folding.fold($0.name).contains(folded) || Folding.fold($0.command).contains(folded) }
    }

    private func table(_ entries: [ProcessTable.Entry]) -> String {
        let rows = entries.map { entry in
            [
                "\(entry.pid)", entry.name, SystemFigures.user(entry.user), NumberFormat.write(entry.cpu, decimals: 1),
                Self.megabytes(entry.residentBytes), entry.command,
            ].map { CSVText.field($0) }.joined(separator: ",")
        }
        return (["pid,name,user,cpu_percent,memory_mib,command"] + rows).joined(separator: "\n")
    }

    private func json(_ entries: [ProcessTable.Entry]) -> JSON {
        .array(
            entries.map {
                [
                    "pid": .integer(Int64($0.pid)), "name": .string($0.name),
                    "user": .string(SystemFigures.user($0.user)),
                    "state": .string(String($0.state)), "cpuPercent": .number($0.cpu),
                    "memory": .integer($0.residentBytes),
                    "command": .string($0.command),
                ]
            })
    }

    private func stop(_ wanted: String) throws(ToolReply.Failure) -> ToolReply {
        let found = matching(wanted, in: ProcessTable.entries()).filter { $0.state != "Z" }
        guard let first = found.first else {
            throw ToolReply.Failure(
                .notFound, "No process \(Excerpt.quoted(wanted)) runs; `processes` shows those that do.")
        }
        guard found.count == 1 else {
            let list = ColumnChoice.list(found.map { "\($0.name) (\($0.pid))" }, atMost: 8)
            throw ToolReply.Failure(.invalid, "\(Excerpt.quoted(wanted)) could be \(list); say which, by its number.")
        }
        guard first.pid != 1, first.pid != getppid() else {
            throw ToolReply.Failure(
                .denied, "\(first.name) (\(first.pid)) keeps the VM going and is not stopped; stop the VM instead.")
        }
        try signal(SIGTERM, first)
        if !hasEnded(first, within: Self.patience) {
            try signal(SIGKILL, first)
            guard hasEnded(first, within: Self.patience) else {
                throw ToolReply.Failure(
                    .failed,
                    "\(first.name) (\(first.pid)) did not end, though it was told to twice; the kernel may be waiting for its disk."
                )
            }
        }
        return ToolReply(
            text: "\(first.pid)",
            value: ["operation": "stop", "pid": .integer(Int64(first.pid)), "name": .string(first.name)],
            phrase: .init("process_monitor.stopped", ["name": first.name, "pid": "\(first.pid)"]))
    }

    private func signal(_ number: Int32, _ entry: ProcessTable.Entry) throws(ToolReply.Failure) {
        guard kill(entry.pid, number) != 0, Errno.current != .noSuchProcess else { return }
        throw ToolReply.Failure(
            .denied,
            "\(entry.name) (\(entry.pid)) belongs to \(SystemFigures.user(entry.user)) and cannot be stopped by a tool."
        )
    }

    private func hasEnded(_ entry: ProcessTable.Entry, within patience: Duration) -> Bool {
        let end = ContinuousClock.now + patience
        while ContinuousClock.now < end {
            // Another process may have got the number since; then the name or the time used would be another.
            guard let now = ProcessTable.entry(entry.pid), now.state != "Z", now.name == entry.name else { return true }
            usleep(20_000)
        }
        return false
    }
}
