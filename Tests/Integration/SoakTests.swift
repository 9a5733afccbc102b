import AIUSystem
import Glibc
import Testing

/// `AIU_SOAK_MINUTES` and `AIU_SOAK_SEED` make it longer and other; `make soak` sets them.
@Suite("real VMs: a long time of mixed work", .serialized, .enabled(if: Machine.isAvailable))
struct SoakTests {
    private static let usualMinutes = 2
    private static let usualSeed: UInt64 = 20_261_121
    /// Parts of the run, each followed by a rest in which is looked. What fills caches happens in the first ones.
    private static let parts = 10
    private static let warmUpParts = 2
    private static let comparedParts = 3
    /// What may be more at the end than after the warm-up. That of a short run is too short for all caches.
    private static let tolerance = (long: 0.05, short: 0.25)
    private static let longMinutes = 10
    private static let moreThreads = 2
    private static let databaseLimit = 16 << 20
    private static let vmLogLimit = 1 << 20
    private static let emulatorLogLimit = 64

    @Test("memory, descriptors and files stay as they are, no zombie, logs are bounded")
    func nothingGrows() throws {
        let minutes = Machine.variable("AIU_SOAK_MINUTES").flatMap { Int($0) } ?? Self.usualMinutes
        let seed = Machine.variable("AIU_SOAK_SEED").flatMap { UInt64($0) } ?? Self.usualSeed
        let machine = try Machine()
        try machine.succeed("launch", "witness", "--memory", "128MB")
        let supervisor = try machine.supervisor()
        let backEnd = try #require(try machine.process("aiu-vsockd"))
        var generator = SeededGenerator(seed: seed)
        let load = try SoakLoad(machine)
        var looks: [SoakFigures] = []
        let start = ContinuousClock.now
        for part in 1...Self.parts {
            let end = start + Duration.seconds(minutes * 60) * part / Self.parts
            try load.work(until: end, on: machine, &generator)
            try load.rest(on: machine)
            try #require(
                try machine.eventually { try ProcessFigures.zombies(of: [supervisor, backEnd]) == 0 },
                "part \(part): children that were not reaped")
            #expect(try machine.supervisor() == supervisor && machine.process("aiu-vsockd") == backEnd)
            let figures = try SoakFigures.atRest(machine, supervisor: supervisor, backEnd: backEnd)
            looks.append(figures)
            print("soak: part \(part):", figures.values.map { "\($0.name) \($0.value)" }.joined(separator: ", "))
            fflush(nil)  // a long run is watched
        }
        print("soak: seed \(seed), \(minutes) minutes, \(load.acknowledged) commands acknowledged")
        expectNoGrowth(looks, within: minutes < Self.longMinutes ? Self.tolerance.short : Self.tolerance.long)
        try expectBounded(#require(looks.last))
    }

    private func expectNoGrowth(_ looks: [SoakFigures], within tolerance: Double) {
        let first = SoakFigures.median(Array(looks.dropFirst(Self.warmUpParts).prefix(Self.comparedParts)))
        let last = SoakFigures.median(looks.suffix(Self.comparedParts))
        for (before, after) in zip(first.values, last.values) {
            let growth = Double(after.value - before.value) / Double(max(before.value, 1))
            let percent = (growth * 1000).rounded() / 10
            // Pools of threads end and begin theirs as they please, within a bound.
            let isPool = before.name.hasSuffix("threads")
            let show = { (value: Int) in before.isBytes ? "\(value >> 10) KiB" : "\(value)" }
            print("soak: \(before.name): \(show(before.value)), at the end \(show(after.value)): \(percent) %")
            #expect(
                growth <= tolerance || isPool && after.value - before.value <= Self.moreThreads,
                "\(before.name) grew from \(before.value) to \(after.value)")
        }
    }

    private func expectBounded(_ last: SoakFigures) {
        print(
            "soak: database \(last.database >> 10) KiB, its log \(last.writeAheadLog >> 10) KiB;",
            "largest of aiud.log \(last.supervisorLog >> 10) KiB, of the VM's logs \(last.largestVMLog >> 10) KiB;",
            "\(last.emulatorLogs) logs of QEMU")
        #expect(last.database <= Self.databaseLimit)
        #expect(last.writeAheadLog <= Self.databaseLimit)
        #expect(last.supervisorLog <= LogRotation.usualLimit)
        #expect(last.largestVMLog <= Self.vmLogLimit)
        #expect(last.emulatorLogs <= Self.emulatorLogLimit)
    }
}
