import AIUModel
import AIUPolicy
import AIUWire
import Synchronization

/// A policy in memory: any document that can be read is in force at once.
final class FakePolicy: PolicyBook {
    let state = Mutex((document: PolicyDocument.empty, versions: [PolicyVersion]()))

    var version: Int64 { state.withLock { $0.versions.last?.version ?? 0 } }

    func effective(_ subject: PolicySubject) -> PolicyInForce {
        EffectivePolicy(state.withLock { $0.document }, subject).inForce(version: version)
    }

    func changes() -> AsyncStream<Int64> { AsyncStream { $0.finish() } }
}

extension FakeControl {
    nonisolated var book: any PolicyBook { policies }

    /// Agents of an older image.
    func setFeatures(_ features: [String]) {
        for name in views.keys { views[name]?.agent?.hello.features = features }
    }

    func policy() async throws(Failure) -> PolicyView {
        let version = policies.state.withLock { $0.versions.last }
        return PolicyView(
            policy: version ?? PolicyVersion(version: 0, time: 0, author: "aiud", digest: "", document: "{}"),
            file: "/state/policy.json")
    }

    func apply(_ request: ApplyPolicy, by author: String) async throws(Failure) -> PolicyOutcome {
        let document: PolicyDocument
        do throws(PolicyProblem) {
            document = try PolicyDocument(parsing: Array((request.document ?? "{}").utf8))
        } catch {
            throw error.failure
        }
        return policies.state.withLock { state in
            let changes = state.document.changes(to: document)
            let number = Int64(state.versions.count)
            guard request.dryRun != true else {
                return PolicyOutcome(dryRun: true, version: number, changes: changes, vms: [])
            }
            state.document = document
            state.versions.append(
                PolicyVersion(
                    version: number + 1, time: 1, author: author, note: request.note, digest: "ab",
                    document: request.document))
            return PolicyOutcome(dryRun: false, version: number + 1, changes: changes, vms: [])
        }
    }

    func explain(_ question: ExplainPolicy) async throws(Failure) -> PolicyExplanation {
        let document = policies.state.withLock { $0.document }
        return try PolicyExplainer(document, policies.effective(question.subject)).explain(question)
    }

    func policyHistory(limit: Int) async throws(Failure) -> [PolicyVersion] {
        policies.state.withLock { Array($0.versions.reversed().prefix(limit)) }
    }

    func policyVersion(_ number: Int64) async throws(Failure) -> PolicyVersion {
        guard let version = policies.state.withLock({ $0.versions.first { $0.version == number } }) else {
            throw Failure(.notFound, "there is no such version")
        }
        return version
    }
}
