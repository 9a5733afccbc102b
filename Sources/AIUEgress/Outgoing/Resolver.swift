internal import AIUModel
internal import AIUSystem

/// Finds addresses of allowed names, by name servers of the host's choice. Asks for nothing else, and nothing of a guest's
/// question but the name goes out.
final class Resolver {
    typealias Waiter = (Lookup.Outcome) -> Void

    private struct Known {
        let addresses: [IPAddress]
        let until: ContinuousClock.Instant
    }

    private let loop: EventLoop
    private let scratch: Scratch
    private var known: [String: Known] = [:]
    private var running: [String: (lookup: Lookup, waiters: [Waiter])] = [:]
    private var servers: [Endpoint]
    private var interface: String?

    /// Answers are kept for as long as they say, but within these seconds.
    private let answersKept: ClosedRange<UInt32>

    init(_ servers: [Endpoint], keeping: ClosedRange<UInt32>, _ loop: EventLoop, _ scratch: Scratch) {
        self.servers = servers
        answersKept = keeping
        self.loop = loop
        self.scratch = scratch
    }

    /// What was learnt another way is forgotten.
    func use(_ servers: [Endpoint], interface: String?) {
        guard servers != self.servers || interface != self.interface else { return }
        self.servers = servers
        self.interface = interface
        known = [:]
    }

    func find(_ name: String, then: @escaping Waiter) {
        let now = ContinuousClock.now
        if let entry = known[name], entry.until > now { return then(.addresses(entry.addresses, seconds: 0)) }
        if let count = running[name]?.waiters.count {
            guard count < EgressLimits.waitersOfLookup else { return then(.failed("too many wait for it")) }
            running[name]?.waiters.append(then)
            return
        }
        guard running.count < EgressLimits.lookups else { return then(.failed("too many names at a time")) }
        let lookup = Lookup(name, servers: servers, interface: interface, loop, scratch) { [unowned self] outcome in
            finish(name, outcome)
        }
        running[name] = (lookup, [then])
        lookup.start()
    }

    private func finish(_ name: String, _ outcome: Lookup.Outcome) {
        if case .addresses(let addresses, let seconds) = outcome {
            if known.count >= EgressLimits.resolvedNames { known = [:] }
            let kept = min(max(seconds, answersKept.lowerBound), answersKept.upperBound)
            known[name] = Known(addresses: addresses, until: .now + .seconds(Int64(kept)))
        }
        for waiter in running.removeValue(forKey: name)?.waiters ?? [] { waiter(outcome) }
    }
}
