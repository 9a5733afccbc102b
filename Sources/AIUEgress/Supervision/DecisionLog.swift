internal import AIUJSON
internal import AIUModel

/// Tells the supervisor each decision. What repeats itself within a second is counted, and told once that second is over.
final class DecisionLog {
    private struct Repeat {
        var decision: EgressDecision
        var count: Int
    }

    private let channel: SupervisorChannel
    private var repeats: [EgressDecision: Repeat] = [:]

    init(_ channel: SupervisorChannel) { self.channel = channel }

    func record(_ decision: EgressDecision) {
        // Requests that are let through are each told; refusals and names come as fast as a guest can ask.
        guard !decision.allowed || decision.kind == .name else { return channel.send(decision.message) }
        var key = decision
        key.time = 0
        if repeats[key] != nil {
            repeats[key]?.count += 1
            repeats[key]?.decision.time = decision.time
        } else {
            // Those without a host say that a limit is reached: they are few, and come most often.
            if repeats.count < EgressLimits.repeatsKept || decision.host.isEmpty {
                repeats[key] = Repeat(decision: decision, count: 0)
            }
            channel.send(decision.message)
        }
    }

    /// Once a second.
    func flush() {
        guard !repeats.isEmpty else { return }
        for entry in repeats.values where entry.count > 0 {
            var decision = entry.decision
            decision.repeats = entry.count
            channel.send(decision.message)
        }
        repeats = [:]
    }
}

extension EgressDecision {
    /// Written by hand, because there is one for each request.
    fileprivate var message: EgressMessage {
        var members: [JSON.Member] = [
            .init("time", .integer(time)), .init("kind", .string(kind.rawValue)), .init("allowed", .bool(allowed)),
            .init("host", .string(host)), .init("scope", .string(scope)), .init("rule", .string(rule)),
            .init("policyVersion", .integer(policyVersion)),
        ]
        if let port { members.append(.init("port", .integer(Int64(port)))) }
        if let method { members.append(.init("method", .string(method))) }
        if let path { members.append(.init("path", .string(path))) }
        if let address { members.append(.init("address", .string(address))) }
        if let secrets { members.append(.init("secrets", .array(secrets.map { .string($0) }))) }
        if let repeats { members.append(.init("repeats", .integer(Int64(repeats)))) }
        return EgressMessage(.decision, JSON.object(members).bytes())
    }
}
