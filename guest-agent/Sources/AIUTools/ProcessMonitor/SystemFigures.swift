internal import AIUSystem
internal import Glibc

/// How much of the machine is used, as /proc tells it.
struct SystemFigures {
    struct Disk: Sendable {
        var path: String
        var size: Int64
        var free: Int64
        var used: Int64 { max(0, size - free) }
    }

    /// A small file, whole; nil when it cannot be read.
    static func text(_ path: String) -> String? {
        // A process may be gone by now, and what is nil is left out or said to be unreadable.
        guard let bytes = try? Files.read(path, limit: 256 * 1024) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Busy and all clock ticks so far.
    private static func ticks() -> (busy: UInt64, all: UInt64)? {
        guard let line = text("/proc/stat")?.split(separator: "\n").first, line.hasPrefix("cpu ") else { return nil }
        let fields = line.split(separator: " ").dropFirst().compactMap { UInt64($0) }
        guard fields.count >= 5 else { return nil }
        // The ninth and tenth are in the first two already.
        let all = fields.prefix(8).reduce(0, +)
        return (all - fields[3] - fields[4], all)
    }

    /// Percent of all processors, over a short while.
    static func load(over milliseconds: UInt32 = 300) -> Double? {
        guard let before = ticks() else { return nil }
        usleep(milliseconds * 1000)
        guard let after = ticks(), after.all > before.all else { return nil }
        return Double(after.busy - min(after.busy, before.busy)) / Double(after.all - before.all) * 100
    }

    /// Over the last 1, 5 and 15 minutes.
    static func averages() -> [Double] {
        (text("/proc/loadavg") ?? "").split(separator: " ").prefix(3).compactMap { Double($0) }
    }

    /// Seconds since the start.
    static func uptime() -> Double? {
        text("/proc/uptime")?.split(separator: " ").first.flatMap { Double($0) }
    }

    static func disk(_ path: String) -> Disk? {
        var information = statvfs()
        guard unsafe statvfs(path, &information) == 0 else { return nil }
        let block = Int64(information.f_frsize)
        return Disk(path: path, size: Int64(information.f_blocks) * block, free: Int64(information.f_bavail) * block)
    }

    /// The name of a user by number.
    static func user(_ number: UInt32) -> String {
        for line in (text("/etc/passwd") ?? "").split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count > 2, fields[2] == "\(number)" { return String(fields[0]) }
        }
        return "\(number)"
    }
}
