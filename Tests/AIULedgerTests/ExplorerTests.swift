import AIULedger
import AIUModel
import Glibc
import Testing

/// Everything that can happen to three requests at once, the process killed and the power cut at every step.
@Suite("The ledger, explored exhaustively")
struct ExplorerTests {
    static let isThorough = unsafe getenv("AIU_EXPLORE") != nil
    static let longest = isThorough ? 2 : 1
    static let shared = Samples.budget("a", 8)
    static let small = Samples.budget("b", 5)
    static let carried = Samples.budget("a", 6, rollover: .capped(3), warnAt: [500])

    static let worlds: [(name: String, rules: World.Rules)] = [
        // All three in one, two of them in a second that is too small for both. `make chaos` looks at longer answers:
        // five times as many states.
        (
            "two budgets",
            World.Rules(budgets: [[shared, small], [shared, small], [shared]], response: isThorough ? 3 : 1)
        ),
        // The day ends at any step, and leaves something over.
        (
            "a day ends",
            World.Rules(
                budgets: [[carried], [carried], [carried]], response: longest, crashes: 1, powerCuts: 0, windows: 1)
        ),
        // An administrator gives more at any step.
        (
            "more is granted",
            World.Rules(
                budgets: [[small, carried], [small], [small]], response: longest, crashes: 1, powerCuts: 0, grants: 1)
        ),
        // Killed twice, also while it recovers.
        ("killed twice", World.Rules(budgets: [[small], [small], [small]], response: 2, crashes: 2, powerCuts: 0)),
    ]

    @Test("nothing breaks the promises", arguments: worlds.indices)
    func explore(index: Int) {
        let world = World(Self.worlds[index].rules)
        var seen: Set<[Int16]> = [world.fingerprint]
        var waiting = [world]
        var ends = 0
        while let world = waiting.popLast() {
            let next = world.successors
            if next.isEmpty { ends += 1 }
            for world in next {
                if let problem = world.problem {
                    Issue.record("\(problem): \(world)")
                    return
                }
                if seen.insert(world.fingerprint).inserted { waiting.append(world) }
            }
        }
        print("ledger explored: \(Self.worlds[index].name): \(seen.count) states, \(ends) ends")
        #expect(seen.count > 1000 && ends > 0)
    }
}
