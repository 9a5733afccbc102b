import AIUModel

extension FakeControl {
    static let decision = EgressDecision(
        time: 1, kind: .request, allowed: false, host: "example.org", port: 443, method: "GET", path: "/",
        scope: "host",
        rule: "example.org is not among the allowed hosts", policyVersion: 3)

    func network(of name: VMName) async throws(Failure) -> NetworkView {
        _ = try find(name)
        return NetworkView(
            name: name, mode: .allowlist, policyVersion: 3,
            layers: [
                .init(
                    scope: "host",
                    rules: NetworkRules(
                        mode: .open, limits: NetworkLimits(requestsPerMinute: 60, bytesPerDay: .mebibytes(1)))),
                .init(
                    scope: "configuration",
                    rules: NetworkRules(
                        mode: .allowlist,
                        allow: networkChanges.compactMap {
                            DomainPattern(parsing: $0.host).map { NetworkRule(host: .domain($0)) }
                        })),
            ], reachable: true, problem: nil, counters: EgressCounters(day: 1, bytesToday: 2, requests: 3, denied: 1),
            bytesLeft: 1_048_574)
    }

    func networks() async -> [NetworkView] {
        var all: [NetworkView] = []
        for name in views.keys.sorted() {
            // All of these are there.
            if let view = try? await network(of: name) { all.append(view) }
        }
        return all
    }

    func changeNetwork(
        of name: VMName, _ change: ChangeNetwork, by author: String
    ) async throws(Failure) -> NetworkView {
        networkChanges.append(change)
        return try await network(of: name)
    }

    func testNetwork(of name: VMName, _ question: TestNetwork) async throws(Failure) -> NetworkAnswer {
        _ = try find(name)
        return NetworkAnswer(
            allowed: false, host: "example.org", port: 443, method: question.method ?? "GET", path: "/", scope: "host",
            rule: "no", tried: question.connect == true ? "HTTP/1.1 403 Forbidden" : nil)
    }

    func decisions(of name: VMName, limit: Int) async throws(Failure) -> [EgressDecision] {
        _ = try find(name)
        return Array(repeating: Self.decision, count: min(limit, 2))
    }

    func decisionStream(of name: VMName) async throws(Failure) -> AsyncStream<EgressDecision> {
        let (stream, continuation) = AsyncStream.makeStream(of: EgressDecision.self)
        continuation.yield(Self.decision)
        continuation.finish()
        return stream
    }

    func secrets() async throws(Failure) -> [SecretSummary] {
        secretHosts.sorted { $0.key < $1.key }.map {
            SecretSummary(name: $0.key, hosts: $0.value, placeholder: EgressSecret.placeholder($0.key))
        }
    }

    func setSecret(_ name: String, _ secret: SetSecret) async throws(Failure) -> SecretSummary {
        secretHosts[name] = secret.hosts
        return SecretSummary(
            name: name, hosts: secret.hosts, placeholder: EgressSecret.placeholder(name), vms: secret.vms,
            projects: secret.projects)
    }

    func removeSecret(_ name: String) async throws(Failure) {
        guard secretHosts.removeValue(forKey: name) != nil else { throw Failure(.notFound, "there is no secret") }
    }
}
