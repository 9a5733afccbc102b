internal import AIUJSON
package import AIUModel
internal import AIUPolicy

extension Supervisor: NetworkControl {
    private static let attemptLimit: Duration = .seconds(10)
    private static let mostDecisions = 1000

    package func network(of name: VMName) async throws(Failure) -> NetworkView {
        try await find(name).networkView()
    }

    package func networks() async -> [NetworkView] {
        var views: [NetworkView] = []
        for id in Array(names.values) {
            guard let vm = vms[id], await vm.view.record.phase.isActive else { continue }
            do throws(Failure) {
                views.append(try await vm.networkView())
            } catch {
                host.log("\(id): \(error)")
            }
        }
        return views.sorted { $0.name < $1.name }
    }

    /// The policy first: what it allows the configuration still keeps back until it allows it too.
    package func changeNetwork(
        of name: VMName, _ change: ChangeNetwork, by author: String
    ) async throws(Failure) -> NetworkView {
        let vm = try find(name)
        let present = try await policy().policy
        let document = present.document ?? "{}"
        let rules = try Self.rules(of: name, in: document)
        let configuration = try ConfigurationChange.former(of: await vm.record)
        let next = try NetworkChange(change, to: configuration, rules)
        if let wanted = next.rules {
            let path = JSONPath([.member("vms"), .member(name.text), .member("network")])
            let text = try PolicyEdit.set(wanted.json, at: path, in: document)
            _ = try await apply(
                ApplyPolicy(
                    document: text, expectedVersion: present.version,
                    note: "aiu net \(change.verb.rawValue) \(name) \(change.host)"), by: author)
        }
        if let wanted = next.configuration {
            _ = try await vm.apply(
                ApplyConfiguration(
                    document: String(decoding: wanted.canonicalBytes, as: UTF8.self),
                    expectedRevision: await vm.record.configurationRevision))
        }
        await vm.followNetwork()
        return try await vm.networkView()
    }

    /// What the policy says of this VM alone.
    private static func rules(of name: VMName, in document: String) throws(Failure) -> NetworkRules? {
        do throws(PolicyProblem) {
            return try PolicyDocument(parsing: Array(document.utf8)).sections(of: .vm(name))?.network
        } catch {
            throw error.failure
        }
    }

    package func testNetwork(of name: VMName, _ question: TestNetwork) async throws(Failure) -> NetworkAnswer {
        let vm = try find(name)
        let url = try TestedURL(question.url)
        let method = question.method ?? "GET"
        let filter = NetworkFilter(try await vm.networkPlan().rules(0))
        let host: EgressHost
        do throws(EgressHost.Fault) {
            host = try EgressHost(parsing: url.host)
        } catch {
            throw Failure(.invalid, "\(url.host.prefix(200)): \(error)")
        }
        let verdict = filter.request(host, port: url.port, method: method, path: url.path.utf8)
        let reason: NetworkReason
        let allowed: Bool
        switch verdict {
        case .allowed(let grant), .dependsOnRequest(let grant): (allowed, reason) = (true, grant.reason)
        case .denied(let why): (allowed, reason) = (false, why)
        }
        var answer = NetworkAnswer(
            allowed: allowed, host: "\(host)", port: Int(url.port), method: method, path: url.path,
            scope: reason.scope, rule: reason.rule)
        guard question.connect == true else { return answer }
        let head = try await effects.egress().attempt(url.request(method), of: vm.id, within: Self.attemptLimit)
        let line = String(decoding: head.prefix { $0 != 0x0D && $0 != 0x0A }.prefix(300), as: UTF8.self)
        answer.tried = line.isEmpty ? "the proxy closed the connection" : line
        return answer
    }

    package func decisions(of name: VMName, limit: Int) async throws(Failure) -> [EgressDecision] {
        try await effects.egress().decisions(of: try find(name).id, limit: max(1, min(limit, Self.mostDecisions)))
    }

    package func decisionStream(of name: VMName) async throws(Failure) -> AsyncStream<EgressDecision> {
        try await effects.egress().decisionStream(of: try find(name).id)
    }

    // MARK: Secrets

    package func secrets() async throws(Failure) -> [SecretSummary] {
        var summaries = try await effects.egress().secrets()
        for index in summaries.indices {
            guard let ids = summaries[index].vms else { continue }
            var found: [String] = []
            for id in ids { found.append(await VMID(id).flatMap { vms[$0] }?.record.name.text ?? id) }
            summaries[index].vms = found
        }
        return summaries
    }

    /// Which VMs a secret is said to be for.
    private func scope(of secret: SetSecret) throws(Failure) -> SecretScope {
        var scope = SecretScope()
        for text in secret.vms ?? [] {
            guard let name = VMName(text) else { throw Failure(.invalid, "\(Excerpt.quoted(text)) is no VM's name") }
            scope.vms.append(try find(name).id)
        }
        let known = policies.present.document.projects
        for project in secret.projects ?? [] {
            guard known[project] != nil else {
                let hint = NearestName.find(project, in: known.keys).map { "; did you mean '\($0)'?" } ?? ""
                throw Failure(.notFound, "the policy has no project \(Excerpt.quoted(project))\(hint)")
            }
            scope.projects.append(project)
        }
        guard scope.vms.count + scope.projects.count <= SecretScope.most else {
            throw Failure(.invalid, "a secret is for at most \(SecretScope.most) VMs and projects, or for all")
        }
        guard !scope.isEverything || secret.vms == nil && secret.projects == nil else {
            throw Failure(.invalid, "a secret for no VM is of no use; without `vms` and `projects` it is for all")
        }
        return scope
    }

    package func setSecret(_ name: String, _ secret: SetSecret) async throws(Failure) -> SecretSummary {
        guard EgressSecret.isName(name) else {
            throw Failure(
                .invalid,
                "\(Excerpt.quoted(name)) is no secret's name: capitals, digits and underscores, at most "
                    + "\(EgressSecret.longestName), with a capital first")
        }
        var hosts: [DomainPattern] = []
        for text in secret.hosts {
            guard let host = DomainPattern(parsing: text) else {
                throw Failure(.invalid, "\(Excerpt.quoted(text)) is no domain such as api.example.org")
            }
            hosts.append(host)
        }
        let scope = try scope(of: secret)
        guard let made = EgressSecret(name: name, hosts: hosts, value: Array(secret.value.utf8), scope: scope) else {
            throw Failure(
                .invalid,
                "a secret has 1 to \(EgressSecret.mostHosts) hosts and a value of 1 to \(EgressSecret.longestValue) "
                    + "bytes without control characters")
        }
        try await effects.egress().set(made)
        return SecretSummary(
            name: name, hosts: hosts.map(\.description), placeholder: made.placeholder, vms: secret.vms,
            projects: secret.projects)
    }

    package func removeSecret(_ name: String) async throws(Failure) {
        guard try await effects.egress().removeSecret(name) else {
            throw Failure(
                .notFound, "there is no secret \(Excerpt.quoted(name)); `aiu secret ls` shows those there are")
        }
    }

    // MARK: The policy's news

    /// Another policy holds; when this returns it holds in every VM's proxy. All at once: none waits for another's.
    func followNetworks() async {
        await withTaskGroup { group in
            for vm in vms.values { group.addTask { await vm.followNetwork() } }
        }
    }
}
