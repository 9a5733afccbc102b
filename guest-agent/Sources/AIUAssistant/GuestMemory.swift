internal import AIUSystem

/// What the guest can spare.
enum GuestMemory {
    /// Megabytes that programs can get without harm; nil when the kernel does not say.
    static func available() -> Int? {
        // A kernel without /proc is not ours; then the usual limits hold.
        guard let text = try? Files.read("/proc/meminfo", limit: 64 * 1024) else { return nil }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("MemAvailable:") }) else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 / 1024 }
    }
}
