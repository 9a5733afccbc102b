internal import AIUModel
internal import AIUWire

/// Whoever needs the agent: it is asked when it is there, and waited for a moment when it is about to be.
extension VM {
    /// Waits for an agent that dials anew, and refuses unless it can be asked then.
    func reachAgent() async throws(Failure) {
        await waitForAgent(atMost: settings.redialPatience)
        try requireAgent()
    }

    /// Right after a restart of the supervisor every agent dials anew; whoever comes in that second need not know.
    func waitForAgent(atMost limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while lifecycle == .running(nil), !hasLostPatience, .now < deadline { await waitForNews(until: deadline) }
    }

    /// The next hello after so many; nil when none comes in time, or when the VM is not to have an agent any more.
    func hello(after known: Int, until deadline: ContinuousClock.Instant) async -> Hello? {
        let phase = lifecycle.phase
        while hellos.count == known, phase == .running || phase == .starting, lifecycle.phase == phase,
            !hasLostPatience, .now < deadline
        {
            await waitForNews(until: deadline)
        }
        return hellos.count > known ? hellos.last : nil
    }

    private func waitForNews(until deadline: ContinuousClock.Instant) async {
        let change = Signal<Bool>()
        waiting.append(change)
        _ = await change.wait(atMost: deadline - .now)
        waiting.removeAll { $0 === change }
    }

    func tellWaiting() {
        for change in waiting { change.deliver(true) }
        waiting = []
    }

    /// Refuses unless the agent can be asked.
    func requireAgent() throws(Failure) {
        if lifecycle.phase == .paused {
            throw Failure(.conflict, "'\(record.name)' is paused; `aiu resume \(record.name)` lets it go on")
        }
        guard case .running(let hello) = lifecycle else {
            throw Failure(
                .conflict,
                "'\(record.name)' is \(record.phase.rawValue), not running; `aiu start \(record.name)` starts it")
        }
        guard hello != nil else {
            throw Failure(.busy, "the agent of '\(record.name)' is not connected; see `aiu logs \(record.name)`")
        }
        if silence.isLost { throw Failure.silentAgent(of: record.name) }
    }
}
