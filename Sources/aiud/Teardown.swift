internal import AIUSystem

/// Steps that end a daemon, taken in the reverse of the order in which they were added, each within its own time.
struct Teardown {
    private struct Step {
        let name: String
        let limit: Duration
        let action: @Sendable () async -> Void
    }

    private var steps: [Step] = []
    private let log = Log("aiud")

    mutating func add(_ name: String, within limit: Duration, _ action: @escaping @Sendable () async -> Void) {
        steps.append(Step(name: name, limit: limit, action: action))
    }

    func run() async {
        for step in steps.reversed() {
            if await !finishes(step) { log.warning("\(step.name) did not finish within \(step.limit)") }
        }
    }

    /// Not a task group: that would wait for a step that hangs, and a step that hangs must not stop the others.
    private func finishes(_ step: Step) async -> Bool {
        let (outcome, news) = AsyncStream<Bool>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let work = Task {
            await step.action()
            news.yield(true)
        }
        let timer = Task {
            // A cancelled sleep comes too late to matter: the first outcome counts.
            try? await Task.sleep(for: step.limit)
            news.yield(false)
        }
        defer {
            work.cancel()
            timer.cancel()
        }
        for await finished in outcome { return finished }
        return false
    }
}
