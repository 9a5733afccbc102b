internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// `aiu system start`, `stop`, `status` and `df`.
struct SystemVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    private var client: Client { session.client }

    func start() throws -> Int32 {
        if client.isSupervisorListening {
            try say("aiud runs already")
            return 0
        }
        client.patience = Patience(limit: Session.usualWait)
        let status: SystemStatus = try client.value(Calls.status)
        try say("aiud \(status.version) is ready (process \(status.processID), state in \(status.stateDirectory))")
        return 0
    }

    func stop() throws -> Int32 {
        client.starter = nil
        guard client.isSupervisorListening else {
            try say("aiud does not run")
            return 0
        }
        let limit = try session.timeout() ?? .seconds(30)
        client.patience = Patience(limit: limit)
        // Asked of the kernel before the request, so that the number cannot mean another process afterwards.
        let supervisor = try SupervisorProcess(listeningOn: client.place.directories.socket)
        _ = try client.bytes(Calls.shutDown)
        let ended = try session.progress("stopping aiud") { try supervisor.wait(for: limit) }
        guard ended else {
            throw Problem(
                .timedOut,
                "aiud (process \(supervisor.process)) has not ended within \(DurationText.spell(limit)); "
                    + "\(client.place.directories.log) tells what it does")
        }
        try say("aiud has stopped; VMs go on running")
        return 0
    }

    func status() throws -> Int32 {
        client.starter = nil
        try session.limitWaits()
        let body = try client.bytes(Calls.status)
        let status: SystemStatus = try Client.decode(from: body, of: Calls.status)
        try session.answer(
            try Client.parse(body, of: Calls.status), names: { [status.version] },
            table: { Self.table(status, style: session.style) })
        return 0
    }

    func usage() throws -> Int32 {
        try session.limitWaits()
        let body = try client.bytes(Calls.usage)
        let usage: DiskUsage = try Client.decode(from: body, of: Calls.usage)
        try session.answer(
            try Client.parse(body, of: Calls.usage), names: { usage.vms.keys.sorted() },
            table: {
                let views: [VMView] = try client.value(Calls.list)
                let names = Dictionary(
                    views.map { ($0.record.id.text, $0.record.name.text) }, uniquingKeysWith: { first, _ in first })
                return Self.table(usage, names: names, width: session.width, style: session.style)
            })
        return 0
    }

    private func say(_ text: String) throws {
        if session.isChatty { try session.write(text + "\n") }
    }

    private static func table(_ status: SystemStatus, style: Style) -> String {
        let vms = status.vms.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        var rows = [
            ("Version", "\(status.version) (interface \(status.apiVersion))"),
            ("Process", "\(status.processID), up \(DurationText.elapsed(.milliseconds(status.uptimeMilliseconds)))"),
            ("State", status.stateDirectory), ("Hypervisor", status.hypervisor),
            ("Accelerator", status.accelerator.map { "\($0.kind.rawValue): \($0.reason)" } ?? "not examined yet"),
            ("Memory", SizeText.approximate(status.residentBytes)), ("VMs", vms.isEmpty ? "none" : vms),
        ]
        rows += status.repairs.map { ("Put right", $0) }
        return rows.map { name, value in
            style.dim("\(name):") + String(repeating: " ", count: 13 - name.count) + SafeText.line(value) + "\n"
        }.joined()
    }

    private static func table(
        _ usage: DiskUsage, names: [String: String], width: Int?, style: Style
    ) -> String {
        var table = Table([.init("WHAT", mayShrink: true), .init("SIZE", .right)], style: style)
        table.add(["images", SizeText.approximate(usage.images.bytes)])
        table.add(["stamps", SizeText.approximate(usage.stamps.bytes)])
        table.add(["cache", SizeText.approximate(usage.cache.bytes)])
        table.add(["models", SizeText.approximate(usage.models.bytes)])
        let vms = usage.vms.map { (names[$0.key] ?? $0.key, $0.value) }
        for (name, size) in vms.sorted(by: { $0.0 < $1.0 }) {
            table.add(["VM \(name)", SizeText.approximate(size.bytes)])
        }
        table.add(["free", SizeText.approximate(usage.free.bytes)])
        return table.render(width: width)
    }
}
