internal import AIUSystem
package import AIUWire
internal import CLinux
internal import Glibc

/// What the guest's kernel says about itself.
package struct GuestFacts {
    package init() {}

    package func heartbeat() -> Heartbeat {
        let memory = MachineMemory.read()
        let load = text("/proc/loadavg").split(separator: " ")
        var disk = statvfs()
        let known = unsafe statvfs("/", &disk) == 0
        return Heartbeat(
            uptimeMilliseconds: Int64(Uptime.milliseconds), memoryTotal: UInt64(memory?.total ?? 0),
            memoryAvailable: UInt64(memory?.available ?? 0),
            load: load.first.flatMap { Double($0) }.map { Int($0 * 100) } ?? 0,
            processes: load.count > 3 ? load[3].split(separator: "/").last.flatMap { Int($0) } ?? 0 : 0,
            diskTotal: known ? UInt64(disk.f_blocks) * UInt64(disk.f_frsize) : 0,
            diskFree: known ? UInt64(disk.f_bavail) * UInt64(disk.f_frsize) : 0)
    }

    package var memoryTotal: UInt64 { UInt64(MachineMemory.read()?.total ?? 0) }
    package var kernel: String { text("/proc/sys/kernel/osrelease") }
    package var bootID: String { text("/proc/sys/kernel/random/boot_id") }
    package var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// The machine's address, nil while it has no vsock device.
    var contextID: UInt32? {
        var cid: UInt32 = 0
        guard unsafe aiu_vsock_local_cid(&cid) == 0, cid != UInt32.max else { return nil }
        return cid
    }

    private func text(_ path: String) -> String {
        // A fact that cannot be read is shown as missing; no other part depends on it.
        guard let bytes = try? Files.read(path, limit: 64 * 1024) else { return "" }
        let end = bytes.lastIndex { $0 != UInt8(ascii: "\n") }.map { $0 + 1 } ?? 0
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}
