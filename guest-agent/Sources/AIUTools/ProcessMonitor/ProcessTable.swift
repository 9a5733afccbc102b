internal import AIUSystem
internal import Glibc

/// What runs, as /proc tells it.
struct ProcessTable {
    /// One process.
    struct Entry: Sendable {
        var pid: Int32
        var name: String
        var command: String
        var user: UInt32
        var state: Character
        /// Clock ticks on a processor since its start.
        var ticks: UInt64
        var residentBytes: Int64
        /// Percent of one processor, over the time looked at.
        var cpu = 0.0
    }

    private static let most = 4096
    private static let longestCommand = 200

    /// Everything that runs, with its load over a short while.
    static func sample(over milliseconds: UInt32 = 300) -> [Entry] {
        let before = entries()
        let start = clock()
        usleep(milliseconds * 1000)
        var now = entries()
        let elapsed = clock() - start
        let earlier = Dictionary(before.map { ($0.pid, $0.ticks) }) { first, _ in first }
        let perSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        for index in now.indices {
            let used = now[index].ticks - min(now[index].ticks, earlier[now[index].pid] ?? now[index].ticks)
            now[index].cpu = elapsed > 0 ? Double(used) / perSecond / elapsed * 100 : 0
        }
        return now
    }

    static func entries() -> [Entry] {
        // Without /proc nothing can be seen; the tool says so.
        let names = (try? Files.names(in: "/proc")) ?? []
        return names.lazy.compactMap { Int32($0) }.prefix(most).compactMap { entry($0) }
    }

    private static func clock() -> Double {
        let parts = ContinuousClock.now - start
        return Double(parts.components.seconds) + Double(parts.components.attoseconds) * 1e-18
    }

    private static let start = ContinuousClock.now

    /// Nil when it has just ended.
    static func entry(_ pid: Int32) -> Entry? {
        guard let stat = SystemFigures.text("/proc/\(pid)/stat"), let open = stat.firstIndex(of: "("),
            let close = stat.lastIndex(of: ")")
        else { return nil }
        let name = String(stat[stat.index(after: open)..<close])
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        // From the state on, which is the third field.
        guard fields.count > 21, let state = fields[0].first, let user = UInt64(fields[11]),
            let system = UInt64(fields[12]),
            let pages = Int64(fields[21])
        else { return nil }
        let arguments = SystemFigures.text("/proc/\(pid)/cmdline") ?? ""
        let command = arguments.split(separator: "\0").joined(separator: " ")
        // The owner shows who started it; a process that is gone by now has none.
        let owner = (try? Files.metadata("/proc/\(pid)"))?.st_uid ?? 0
        return Entry(
            pid: pid, name: name, command: String((command.isEmpty ? "[\(name)]" : command).prefix(longestCommand)),
            user: owner,
            state: state, ticks: user + system, residentBytes: max(0, pages) * Int64(sysconf(Int32(_SC_PAGESIZE))))
    }
}
