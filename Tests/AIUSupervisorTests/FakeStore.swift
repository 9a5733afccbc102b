import AIUModel
import Synchronization

/// A database in memory that can be told to fail.
final class FakeStore: VMStore {
    struct State {
        var records: [VMID: VMRecord] = [:]
        var events: [VMEvent] = []
        var facts: [String: String] = [:]
        var profiles: [ProfileName: Profile] = [:]
        var revisions: [VMID: [ConfigurationRevision]] = [:]
        var refusal: Failure?
    }

    let state = Mutex(State())

    private func checked<Value>(_ body: (inout sending State) throws(Failure) -> Value) throws(Failure) -> Value {
        let result: Result<Value, Failure> = state.withLock { state in
            if let refusal = state.refusal { return .failure(refusal) }
            do throws(Failure) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func allVMs() throws(Failure) -> [VMRecord] { try checked { Array($0.records.values) } }
    func insert(_ record: VMRecord) throws(Failure) {
        try checked { state throws(Failure) in
            guard state.records[record.id] == nil else { throw Failure(.conflict, "taken") }
            state.records[record.id] = record
        }
    }
    func update(_ record: VMRecord) throws(Failure) { try checked { $0.records[record.id] = record } }
    func delete(_ id: VMID) throws(Failure) { try checked { $0.records[id] = nil } }
    func append(_ kind: VMEvent.Kind, vm: VMName?, id: VMID?, detail: String?) throws(Failure) -> VMEvent {
        try checked { state in
            let event = VMEvent(
                sequence: Int64(state.events.count + 1), time: 0, kind: kind, vm: vm, id: id, detail: detail)
            state.events.append(event)
            return event
        }
    }
    func events(after sequence: Int64, limit: Int) throws(Failure) -> [VMEvent] {
        try checked { Array($0.events.filter { $0.sequence > sequence }.prefix(limit)) }
    }
    func fact(_ key: String) throws(Failure) -> String? { try checked { $0.facts[key] } }
    func setFact(_ key: String, _ value: String?) throws(Failure) { try checked { $0.facts[key] = value } }
    func profiles() throws(Failure) -> [Profile] { try checked { $0.profiles.values.sorted { $0.name < $1.name } } }
    func setProfile(_ profile: Profile) throws(Failure) { try checked { $0.profiles[profile.name] = profile } }
    func deleteProfile(_ name: ProfileName) throws(Failure) -> Bool {
        try checked { $0.profiles.removeValue(forKey: name) != nil }
    }
    func revisions(of id: VMID, limit: Int) throws(Failure) -> [ConfigurationRevision] {
        try checked { state in
            var revisions = state.revisions[id, default: []]
            if let record = state.records[id] { Self.keep(record, in: &revisions) }
            return Array(revisions.sorted { $0.revision > $1.revision }.prefix(limit))
        }
    }
    func save(_ revision: ConfigurationRevision, with record: VMRecord) throws(Failure) {
        try checked { state throws(Failure) in
            guard let former = state.records[record.id] else { throw Failure(.notFound, "no such VM") }
            Self.keep(former, in: &state.revisions[record.id, default: []])
            state.revisions[record.id, default: []].removeAll { $0.revision == revision.revision }
            state.revisions[record.id, default: []].append(revision)
            state.records[record.id] = record
        }
    }

    /// The history begins with what the row says.
    private static func keep(_ record: VMRecord, in revisions: inout [ConfigurationRevision]) {
        guard !revisions.contains(where: { $0.revision == record.configurationRevision }) else { return }
        revisions.append(
            ConfigurationRevision(
                revision: record.configurationRevision, time: record.created, state: .applied,
                document: record.configuration, digest: record.configurationDigest))
    }
}
