import AIUModel
import Synchronization

/// A store of models without files, and what the database would know of them.
final class FakeModels: ModelFiles, ModelCatalogue {
    struct State {
        var pending: [String: ModelDigest] = [:]
        var placed: Set<ModelDigest> = []
        var rows: [ModelName: ModelRecord] = [:]
        var roles: [ModelRole: ModelName] = [:]
        var refusal: Failure?
        var placeRefusal: Failure?
        var damaged: Set<ModelDigest> = []
        /// What somebody else does while a file is read.
        var meanwhile: (@Sendable () async throws(Failure) -> Void)?
        var last = 0
    }

    let state = Mutex(State())

    static let summary = ModelSummary(
        architecture: "llama", parameters: 1000, quantisation: "Q4_0", types: [:], weights: .mebibytes(100), tensors: 3,
        contextLength: 2048)

    /// What a client sends is one digit, of which the digest is made.
    func receive(
        announced: ByteCount?, _ next: @escaping @Sendable (Int) throws(Failure) -> [UInt8]
    ) async throws(Failure) -> ReceivedModel {
        guard let digit = try next(1).first,
            let digest = ModelDigest(String(repeating: String(UnicodeScalar(digit)), count: 64))
        else { throw Failure(.invalid, "it is not a GGUF file") }
        return try state.withLock { state throws(Failure) in
            if let refusal = state.refusal { throw refusal }
            state.last += 1
            state.pending["p\(state.last)"] = digest
            return ReceivedModel(
                pending: PendingModel(digest: digest, file: "p\(state.last)"), size: .mebibytes(101),
                summary: Self.summary)
        }
    }

    func place(_ model: PendingModel) throws(Failure) {
        try state.withLock { state throws(Failure) in
            if let refusal = state.placeRefusal { throw refusal }
            guard state.pending.removeValue(forKey: model.file) != nil else { throw Failure(.notFound, "no such file") }
            state.placed.insert(model.digest)
        }
    }

    func withdraw(_ digest: ModelDigest) throws(Failure) -> PendingModel? {
        state.withLock { state in
            guard state.placed.remove(digest) != nil else { return nil }
            state.last += 1
            state.pending["p\(state.last)"] = digest
            return PendingModel(digest: digest, file: "p\(state.last)")
        }
    }

    func discard(_ model: PendingModel) async throws(Failure) { state.withLock { $0.pending[model.file] = nil } }

    func settle(wanted: Set<ModelDigest>) async throws(Failure) -> [String] {
        state.withLock { state in
            let undecided = state.pending.values
            state.pending = [:]
            state.placed.formUnion(undecided.filter(wanted.contains))
            return undecided.map { "settled \($0.short)" }
        }
    }

    func stored() async throws(Failure) -> [ModelDigest: ByteCount] {
        Dictionary(uniqueKeysWithValues: state.withLock { $0.placed }.map { ($0, ByteCount.mebibytes(101)) })
    }

    func path(of digest: ModelDigest, size: ByteCount, added: Int64) async throws(Failure) -> String {
        try await state.withLock { $0.meanwhile }?()
        guard !state.withLock({ $0.damaged.contains(digest) }) else { throw Failure(.damaged, "its SHA-256 is wrong") }
        return "/models/\(digest.short)"
    }

    func verify(_ digest: ModelDigest, size: ByteCount) async throws(Failure) {
        guard !state.withLock({ $0.damaged.contains(digest) }) else { throw Failure(.damaged, "its SHA-256 is wrong") }
    }

    func models() throws(Failure) -> [ModelRecord] {
        state.withLock { $0.rows.values.sorted { $0.name < $1.name } }
    }

    func insert(_ model: ModelRecord) throws(Failure) {
        try state.withLock { state throws(Failure) in
            guard state.rows[model.name] == nil else { throw Failure(.conflict, "taken") }
            state.rows[model.name] = model
        }
    }

    func deleteModel(_ name: ModelName) throws(Failure) {
        state.withLock { state in
            state.rows[name] = nil
            state.roles = state.roles.filter { $0.value != name }
        }
    }

    func modelRoles() throws(Failure) -> [ModelRole: ModelName] { state.withLock { $0.roles } }

    func setModel(_ name: ModelName?, for role: ModelRole) throws(Failure) { state.withLock { $0.roles[role] = name } }
}

/// A file whose client has sent everything already.
struct FakeUpload: IncomingUpload {
    let socket: Int32 = 45
    let archives: FakeArchives

    func cancel() {}

    func next(atMost count: Int) throws(Failure) -> [UInt8] {
        Array(archives.upload.withLock { $0 }.prefix(count))
    }

    func accept(_ answer: [UInt8]) { archives.answers.withLock { $0.append(.accepted(answer)) } }

    func refuse(_ failure: Failure) { archives.answers.withLock { $0.append(.refused(failure)) } }
}
