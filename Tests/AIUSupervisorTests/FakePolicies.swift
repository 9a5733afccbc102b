import AIUModel
import AIUSupervisor
import Synchronization

/// Versions of the policy in memory; refuses to take one when it is told to.
final class FakePolicyStore: PolicyStore {
    struct State {
        var versions: [PolicyVersion] = []
        var written: Set<Int64> = []
        var refusal: Failure?
    }

    let state = Mutex(State())

    func newestPolicy() throws(Failure) -> (version: PolicyVersion, isWritten: Bool)? {
        state.withLock { state in state.versions.last.map { ($0, state.written.contains($0.version)) } }
    }

    func addPolicy(_ version: PolicyVersion) throws(Failure) {
        try state.withLock { state throws(Failure) in
            if let refusal = state.refusal { throw refusal }
            state.versions.append(version)
        }
    }

    func markPolicyWritten(_ number: Int64) throws(Failure) { state.withLock { _ = $0.written.insert(number) } }

    func dropPolicy(_ number: Int64) throws(Failure) {
        state.withLock { $0.versions.removeAll { $0.version == number } }
    }

    func policyVersions(limit: Int) throws(Failure) -> [PolicyVersion] {
        state.withLock { Array($0.versions.reversed().prefix(limit)) }
    }

    func policyVersion(_ number: Int64) throws(Failure) -> PolicyVersion? {
        state.withLock { $0.versions.first { $0.version == number } }
    }
}

/// A file in memory.
final class FakePolicyFile: PolicyFile {
    let path = "/state/policy.json"
    let state = Mutex((text: String?.none, refusal: Failure?.none))

    func read() throws(Failure) -> [UInt8]? { state.withLock { $0.text.map { Array($0.utf8) } } }

    func write(_ bytes: [UInt8]) throws(Failure) {
        try state.withLock { state throws(Failure) in
            if let refusal = state.refusal { throw refusal }
            state.text = String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension PolicyKeeper {
    static func fake(
        _ store: FakePolicyStore, _ file: FakePolicyFile, people: PolicyPeople? = nil
    ) -> PolicyKeeper {
        PolicyKeeper(
            store: store, file: file,
            people: people
                ?? PolicyPeople(
                    lookUp: { $0 == 1 ? .init(name: "anna", groups: ["staff"]) : .init(name: "user\($0)", groups: []) },
                    steady: { .zero }),
            digest: { "\($0.hashValue)" }, clock: { 5 }, log: { _ in })
    }

    func openUnrecorded() throws(Failure) -> [String] {
        try open { (body: () throws(Failure) -> [String]) throws(Failure) in try body() }
    }
}
