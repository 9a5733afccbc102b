import AIUJSON
import AIUModel
import AIUSystem
import AIUWire

extension FakeControl {
    static func modelView(_ name: String, roles: [ModelRole] = []) -> ModelView {
        guard let name = ModelName(name), let digest = ModelDigest(String(repeating: "ab", count: 32)) else {
            preconditionFailure("a bad name in a test")
        }
        let summary = ModelSummary(
            architecture: "llama", name: "Test", licence: "mit", parameters: 1000, quantisation: "Q4_0",
            types: ["Q4_0": ByteCount(bytes: 562)], weights: ByteCount(bytes: 562), tensors: 3, contextLength: 2048,
            embeddingLength: 64, feedForwardLength: 128, layers: 2, heads: 4, keyValueHeads: 2, cacheWidth: 128,
            vocabularySize: 4, tokenizer: "llama", hasChatTemplate: true)
        return ModelView(
            record: ModelRecord(name: name, digest: digest, size: .mebibytes(1), added: 1000, summary: summary),
            roles: roles)
    }

    private func known(_ name: ModelName) throws(Failure) -> ModelView {
        guard let view = catalogue[name] else { throw Failure(.notFound, "there is no model '\(name)'") }
        return view
    }

    func models() async throws(Failure) -> [ModelView] {
        catalogue.values.sorted { $0.record.name < $1.record.name }
    }

    func model(_ name: ModelName) async throws(Failure) -> ModelView { try known(name) }

    /// Takes what `archive` is, and refuses anything else.
    func beginAdding(_ order: AddModel) async throws(Failure) -> Int32 {
        guard catalogue[order.name] == nil else { throw Failure(.conflict, "there is a model '\(order.name)' already") }
        let view = Self.modelView(order.name.text, roles: order.role.map { [$0] } ?? [])
        catalogue[order.name] = view
        return try socket { socket in
            var decoder = FrameDecoder()
            var received: [UInt8] = []
            while let bytes = try socket.read(upTo: 65536), !bytes.isEmpty {
                decoder.feed(bytes)
                while let frame = try decoder.next() {
                    received += frame.payload
                    guard frame.kind == .done else { continue }
                    let isGood = received == Self.archive
                    let failure = try JSONText.encode(Failure(.invalid, "it is not a GGUF file"))
                    let answer = isGood ? Frame(.done, try JSONText.encode(view)) : Frame(.failed, failure)
                    return try socket.writeAll(answer.encoded)
                }
            }
        }
    }

    func verify(_ name: ModelName) async throws(Failure) -> ModelView {
        guard name.text != "bad" else { throw Failure(.damaged, "'bad': its SHA-256 is another") }
        return try known(name)
    }

    func remove(_ name: ModelName) async throws(Failure) {
        guard try known(name).roles.isEmpty else { throw Failure(.conflict, "'\(name)' is used") }
        catalogue[name] = nil
    }

    func use(_ name: ModelName, for role: ModelRole) async throws(Failure) -> ModelView {
        var view = try known(name)
        view.roles.append(role)
        catalogue[name] = view
        return view
    }

    func release(_ name: ModelName, from role: ModelRole) async throws(Failure) -> ModelView {
        var view = try known(name)
        view.roles.removeAll { $0 == role }
        catalogue[name] = view
        return view
    }

    func estimate(
        _ name: ModelName, contextLength: Int?, memory: ByteCount?
    ) async throws(Failure) -> ModelEstimate {
        try ModelEstimate(of: name, try known(name).record.summary, contextLength: contextLength, memory: memory)
    }
}
