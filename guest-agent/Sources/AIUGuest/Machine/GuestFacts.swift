internal import AIUSystem
package import AIUWire
internal import CLinux
internal import Glibc

/// What the guest's kernel says about itself.
package struct GuestFacts {
    package init() {}

    package func heartbeat() -> Heartbeat {
        let memory = memory()
        let load = text("/proc/loadavg").split(separator: " ")
        var disk = statvfs()
        let known = unsafe statvfs("/", &disk) == 0
        return Heartbeat(
            uptimeMilliseconds: Int64(Uptime.milliseconds), memoryTotal: memory.total,
            memoryAvailable: memory.available,
            load: load.first.flatMap { Double($0) }.map { Int($0 * 100) } ?? 0,
            processes: load.count > 3 ? load[3].split(separator: "/").last.flatMap { Int($0) } ?? 0 : 0,
            diskTotal: known ? UInt64(disk.f_blocks) * UInt64(disk.f_frsize) : 0,
            diskFree: known ? UInt64(disk.f_bavail) * UInt64(disk.f_frsize) : 0)
    }

    package var memoryTotal: UInt64 { memory().total }
    package var kernel: String { text("/proc/sys/kernel/osrelease") }
    package var bootID: String { text("/proc/sys/kernel/random/boot_id") }
    package var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// The machine's address, nil while it has no vsock device.
    var contextID: UInt32? {
        var cid: UInt32 = 0
        guard unsafe aiu_vsock_local_cid(&cid) == 0, cid != UInt32.max else { return nil }
        return cid
    }

    private func memory() -> (total: UInt64, available: UInt64) {
        var total: UInt64 = 0
        var available: UInt64 = 0
        for line in text("/proc/meminfo").split(separator: "\n").prefix(4) {
            let words = line.split(separator: " ")
            guard words.count == 3, let kibibytes = UInt64(words[1]) else { continue }
            if words[0] == "MemTotal:" { total = kibibytes * 1024 }
            if words[0] == "MemAvailable:" { available = kibibytes * 1024 }
        }
        return (total, available)
    }

    /// A fact that cannot be read is shown as missing; no other part depends on it.
    private func text(_ path: String) -> String {
        guard let bytes = try? Files.read(path, limit: 64 * 1024) else { return "" }
        let end = bytes.lastIndex { $0 != UInt8(ascii: "\n") }.map { $0 + 1 } ?? 0
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}
