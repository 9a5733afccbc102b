internal import AIUModel
internal import AIUPolicy
internal import Glibc

extension EgressDecision {
    /// The time and the version of the policy are put in when it is recorded.
    init(
        kind: Kind, allowed: Bool, host: String, port: UInt16? = nil, method: String? = nil, path: String? = nil,
        scope: String = "", rule: String = ""
    ) {
        self.init(
            time: 0, kind: kind, allowed: allowed, host: host, port: port, method: method, path: path, scope: scope,
            rule: rule, policyVersion: 0)
    }

    func said(_ allowed: Bool, _ reason: NetworkReason, at address: IPAddress? = nil) -> EgressDecision {
        var decision = self
        decision.allowed = allowed
        decision.scope = reason.scope
        decision.rule = reason.rule
        decision.address = address?.description
        return decision
    }
}

extension EgressProxy {
    /// Tells the supervisor, before anything comes of it.
    func record(_ decision: EgressDecision) {
        var decision = decision
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
        decision.time = Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
        decision.policyVersion = filter.policyVersion
        // A rule may name many paths, and a record of it must still be kept.
        if decision.rule.utf8.count > 2000 { decision.rule = "\(decision.rule.prefix(2000))…" }
        if !decision.allowed { counters.denied += 1 }
        log.record(decision)
    }

    /// Why a VM that asks too much is not asked what it wants.
    func overLimit() -> NetworkReason? {
        if meter.isExhausted { return Self.quotaReason }
        if let limit = filter.limits.requestsPerMinute, rate.lastMinute >= limit {
            return NetworkReason(scope: "limits", rule: "more than \(limit) requests in a minute")
        }
        rate.count()
        counters.requests += 1
        return nil
    }
}
