import AIUJSON
import AIUSystem
import AIUTools
import AIUWire
import Glibc

/// Results of other people's programs, computed while the tests run.
enum Reference {
    /// Python of the system: Debian has scipy, mpmath and pandas for that one.
    private static let python = "/usr/bin/python3"

    static var isAvailable: Bool { run("import scipy, mpmath, pandas") != nil }

    /// What a script prints as JSON; nil when it fails.
    static func compute(_ script: String, input: String = "") -> JSON? {
        guard let output = run(script, input: input) else { return nil }
        // A broken answer is as good as none: the test says so.
        return try? JSON(parsing: output, limits: JSONLimits(maxBytes: 8 << 20))
    }

    private static func run(_ script: String, input: String = "") -> [UInt8]? {
        guard Files.exists(python) else { return nil }
        var engine = Engine(python, ["-c", script])
        engine.input = Array(input.utf8)
        engine.deadline = .seconds(120)
        engine.memoryLimit = nil
        // Without the program there is nothing to compare with: the test says so.
        guard let outcome = try? engine.run(), outcome.succeeded else { return nil }
        return outcome.output
    }
}

/// Whether two numbers are the same but for rounding.
func isClose(_ left: Double?, _ right: Double?, _ tolerance: Double = 1e-9) -> Bool {
    guard let left, let right else { return false }
    return abs(left - right) <= tolerance * max(1, abs(left), abs(right))
}

/// Numbers that are the same in every run.
struct TestNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 53)
    }

    mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + next() } }
}
