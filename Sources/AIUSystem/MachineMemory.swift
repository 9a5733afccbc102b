/// What the kernel says about the memory of the machine, in bytes.
package struct MachineMemory: Equatable, Sendable {
    package let total: Int64
    /// What programs can get without harm.
    package let available: Int64
    package let swapTotal: Int64
    package let swapFree: Int64

    package var used: Int64 { max(0, total - available) }
    package var availableMegabytes: Int { Int(available >> 20) }

    /// Nil when the kernel does not say.
    package static func read() -> MachineMemory? {
        // A kernel without /proc is not ours; everybody can do without these figures.
        guard let bytes = try? Files.read("/proc/meminfo", limit: 64 * 1024) else { return nil }
        return MachineMemory(text: String(decoding: bytes, as: UTF8.self))
    }

    /// The text of /proc/meminfo.
    package init?(text: String) {
        var kibibytes: [Substring: Int64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 3, words[2] == "kB", let number = Int64(words[1]), (0...Int64.max / 1024) ~= number {
                kibibytes[words[0]] = number
            }
        }
        guard let total = kibibytes["MemTotal:"], let available = kibibytes["MemAvailable:"] ?? kibibytes["MemFree:"]
        else { return nil }
        self.total = total * 1024
        self.available = available * 1024
        swapTotal = (kibibytes["SwapTotal:"] ?? 0) * 1024
        swapFree = (kibibytes["SwapFree:"] ?? 0) * 1024
    }
}
