internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Small loads that show how fast processor, memory and disk are.
enum MachineSpeed {
    /// A rate and what it is of.
    struct Rate: Sendable {
        var name: String
        var unit: String
        var values: [Double]
        var best: Double { values.max() ?? 0 }
    }

    private static let roundSeconds = 0.25
    private static let memoryBytes = 32 << 20
    private static let diskBytes = 32 << 20

    // MARK: Processor

    static func cpu(runs: Int) -> [Rate] {
        [
            Rate(name: "integer", unit: "M/s", values: (0..<runs).map { _ in rate(of: integers) }),
            Rate(name: "floating point", unit: "M/s", values: (0..<runs).map { _ in rate(of: fractions) }),
        ]
    }

    /// Millions of steps a second.
    private static func rate(of work: (Int) -> Bool) -> Double {
        var steps = 20_000
        while true {
            var isUsed = false
            let seconds = Measurement.milliseconds { isUsed = work(steps) } / 1000
            // The result is asked for, so that the work cannot be left out.
            if seconds >= roundSeconds || steps > 1 << 40 {
                return Double(steps) / seconds / 1e6 * (isUsed ? 1 : 1.0000001)
            }
            steps = seconds < roundSeconds / 20 ? steps * 8 : Int(Double(steps) * roundSeconds / seconds * 1.2)
        }
    }

    @inline(never)
    private static func integers(_ steps: Int) -> Bool {
        var state: UInt64 = 88_172_645_463_325_252
        for _ in 0..<steps {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
        }
        return state & 1 == 0
    }

    @inline(never)
    private static func fractions(_ steps: Int) -> Bool {
        var x = 0.5
        for _ in 0..<steps { x = 3.9 * x * (1 - x) }
        return x > 0.5
    }

    // MARK: Memory

    static func memory(runs: Int) -> [Rate] {
        let bytes = memoryBytes
        let source = [UInt8](repeating: 7, count: bytes)
        var target = [UInt8](repeating: 0, count: bytes)
        var copies: [Double] = []
        for _ in 0..<runs {
            let seconds = Measurement.milliseconds { copy(source, &target) } / 1000
            copies.append(Double(bytes) / seconds / 1e9)
        }
        return [Rate(name: "copy", unit: "GB/s", values: copies)]
    }

    @inline(never)
    private static func copy(_ source: [UInt8], _ target: inout [UInt8]) {
        unsafe target.withUnsafeMutableBytes { to in
            unsafe source.withUnsafeBytes { from in unsafe to.copyMemory(from: from) }
        }
    }

    // MARK: Disk

    static func disk(runs: Int, folder: String) throws(ToolReply.Failure) -> [Rate] {
        let path = "\(folder)/.aiu-benchmark-\(getpid())"
        defer { unsafe unlink(path) }
        var writes: [Double] = []
        var reads: [Double] = []
        do throws(SystemError) {
            guard try Files.free(at: folder) > UInt64(4 * diskBytes) else {
                throw SystemError("measure the disk with", path, code: .noSpace)
            }
            for _ in 0..<runs {
                writes.append(try write(path))
                reads.append(try read(path))
            }
        } catch {
            throw ToolReply.Failure(.failed, "The disk could not be measured: \(error).")
        }
        return [Rate(name: "write", unit: "MB/s", values: writes), Rate(name: "read", unit: "MB/s", values: reads)]
    }

    private static func write(_ path: String) throws(SystemError) -> Double {
        // Nothing that a disk could make smaller.
        var random = SeededRandom(1)
        let block = (0..<1 << 20).map { _ in UInt8(random.next() * 255) }
        let start = ContinuousClock.now
        let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
        for _ in 0..<diskBytes >> 20 { try file.writeAll(block) }
        try file.synchronize()
        return Double(diskBytes) / 1e6 / ((ContinuousClock.now - start) / .seconds(1))
    }

    private static func read(_ path: String) throws(SystemError) -> Double {
        let file = try FileDescriptor.open(path, O_RDONLY)
        // From the disk, not from the memory that keeps what was just written.
        posix_fadvise(file.raw, 0, 0, Int32(POSIX_FADV_DONTNEED))
        let start = ContinuousClock.now
        while let part = try file.read(upTo: 1 << 20), !part.isEmpty {}
        return Double(diskBytes) / 1e6 / ((ContinuousClock.now - start) / .seconds(1))
    }
}
