import AIUModel
import AIUSupervisor
import AIUWire
import Testing

struct LifecycleTests {
    private static let hello = World.hello(digest: "d")
    private static let states: [Lifecycle] = [
        .creating, .stopped, .starting, .running(hello), .paused(hello), .stopping, .failed("why"), .deleting, .deleted,
    ]

    /// What each wish of a user does in each state; nil is a refusal.
    private static func outcome(_ state: Lifecycle, _ event: Lifecycle.Event) -> Lifecycle? {
        // A refusal is what the table says with nil.
        try? state.applying(event)
    }

    @Test(
        "wishes are granted where they make sense",
        arguments: [
            // In the order of `states`.
            (.start, [nil, .starting, nil, nil, nil, nil, .starting, nil, nil]),
            (.stop, [nil, nil, .stopping, .stopping, .stopping, nil, nil, nil, nil]),
            (.pause, [nil, nil, nil, .paused(hello), .paused(hello), nil, nil, nil, nil]),
            (.resume, [nil, nil, nil, .running(hello), .running(hello), nil, nil, nil, nil]),
            (.delete, [nil, .deleted, nil, nil, nil, nil, .deleted, nil, nil]),
            (.recover, [nil, nil, nil, nil, nil, nil, nil, nil, .stopped]),
            (.purge, [nil, .deleting, nil, nil, nil, nil, .deleting, .deleting, .deleting]),
        ] as [(Lifecycle.Event, [Lifecycle?])])
    func wishes(event: Lifecycle.Event, after: [Lifecycle?]) {
        for (state, expected) in zip(Self.states, after) {
            #expect(Self.outcome(state, event) == expected, "\(state.phase), \(event)")
        }
    }

    @Test(
        "what happens outside moves the state",
        arguments: [
            (.ended, [nil, nil, .stopped, .stopped, .stopped, .stopped, nil, nil, nil]),
            (
                .broke("x"),
                [.failed("x"), nil, .failed("x"), .failed("x"), .failed("x"), .failed("x"), nil, nil, nil]
            ),
            (.agentLost, [nil, nil, nil, .running(nil), .paused(nil), nil, nil, nil, nil]),
            (
                .adopted(paused: false),
                [nil, nil, .running(nil), .running(nil), .running(nil), .running(nil), nil, nil, nil]
            ),
            (
                .adopted(paused: true),
                [nil, nil, .paused(nil), .paused(nil), .paused(nil), .paused(nil), nil, nil, nil]
            ),
        ] as [(Lifecycle.Event, [Lifecycle?])])
    func news(event: Lifecycle.Event, after: [Lifecycle?]) {
        for (state, expected) in zip(Self.states, after) {
            #expect(Self.outcome(state, event) == expected, "\(state.phase), \(event)")
        }
    }

    @Test("a refusal says which state is in the way", arguments: states)
    func sentences(state: Lifecycle) {
        let wishes: [Lifecycle.Event] = [.start, .stop, .pause, .resume, .delete, .recover, .purge]
        for event in wishes {
            do throws(Failure) {
                _ = try state.applying(event)
            } catch {
                #expect(error.reason == .conflict || error.reason == .busy)
                #expect(error.message.contains(state.phase.rawValue) || error.message.contains("not running"))
            }
        }
    }
}
