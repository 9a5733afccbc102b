import AIUSystem
import Testing

/// `AIU_CHAOS_ROUNDS` and `AIU_CHAOS_SEED` make it longer and other; `make chaos` sets them.
@Suite("real VMs: the supervisor is killed at any moment", .serialized, .enabled(if: Machine.isAvailable))
struct ChaosTests {
    private static let usualRounds = 10
    private static let usualSeed: UInt64 = 20_261_121

    @Test("nothing acknowledged is lost, nothing is left over, everybody is told")
    func killedAtAnyMoment() throws {
        let rounds = Machine.variable("AIU_CHAOS_ROUNDS").flatMap { Int($0) } ?? Self.usualRounds
        let seed = Machine.variable("AIU_CHAOS_SEED").flatMap { UInt64($0) } ?? Self.usualSeed
        let machine = try Machine()
        try machine.succeed("launch", "witness", "--memory", "128MB")
        let boot = try machine.succeed("exec", "witness", "--", "cat", "/proc/sys/kernel/random/boot_id")
        var generator = SeededGenerator(seed: seed)
        let slots = ["red", "green", "blue"].map { LoadSlot($0) }
        for number in 1...rounds {
            let delay = Duration.milliseconds(Int.random(in: 50...4000, using: &generator))
            let round = ChaosRound(label: "seed \(seed), round \(number), killed after \(delay)", delay: delay)
            try round.run(slots, on: machine, &generator)
        }
        try ChaosRound(label: "seed \(seed), after all rounds", delay: .zero).expectFiles(of: slots, on: machine)
        #expect(try machine.succeed("exec", "witness", "--", "cat", "/proc/sys/kernel/random/boot_id") == boot)
        let acknowledged = slots.map(\.acknowledged).reduce(0, +)
        print("chaos: seed \(seed), \(rounds) kills, \(acknowledged) commands acknowledged")
    }
}
