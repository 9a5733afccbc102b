internal import AIUSystem
internal import CLinux
internal import Glibc

/// What this process takes.
enum Memory {
    private static let heaps: Int32 = 2

    /// libvirt's threads come and go, and each heap of their own would keep the most that any of them ever needed.
    static func shareHeaps() { aiu_share_heaps(heaps) }

    static func residentBytes() -> UInt64 {
        // Only shown: a /proc that cannot be read shows as nothing.
        guard let bytes = try? Files.read("/proc/self/statm", limit: 4096) else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = UInt64(fields[1]) else { return 0 }
        return pages * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
    }
}
