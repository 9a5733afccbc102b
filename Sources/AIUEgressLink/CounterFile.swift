internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// What a VM has used, kept for its next start: a day's quota outlives every program.
struct CounterFile {
    let path: String

    /// Nil when nothing was used yet, or when what is kept cannot be read, which only a broken disk brings about.
    func read() -> EgressCounters? {
        guard let bytes = try? Files.read(path, limit: 4096) else { return nil }
        return try? JSONText.decode(EgressCounters.self, from: bytes)
    }

    func write(_ counters: EgressCounters) throws {
        try Files.replace(path, with: try JSONText.encode(counters))
    }
}
