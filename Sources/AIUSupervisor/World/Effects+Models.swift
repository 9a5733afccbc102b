import AIUModel
internal import AIUPolicy

extension Effects {
    func receiveModel(_ upload: any IncomingUpload, announced: ByteCount?) async throws(Failure) -> ReceivedModel {
        try await perform(.modelReceived) { () async throws(Failure) in
            try await seams.models.receive(announced: announced) { count throws(Failure) in
                try upload.next(atMost: count)
            }
        }
    }

    func placeModel(_ model: PendingModel) throws(Failure) {
        try performNow(.modelPlaced) { () throws(Failure) in try seams.models.place(model) }
    }

    func withdrawModel(_ digest: ModelDigest) throws(Failure) -> PendingModel? {
        try performNow(.modelWithdrawn) { () throws(Failure) in try seams.models.withdraw(digest) }
    }

    func discardModel(_ model: PendingModel) async throws(Failure) {
        try await perform(.modelDiscarded) { () async throws(Failure) in try await seams.models.discard(model) }
    }

    func settleModels(wanted: Set<ModelDigest>) async throws(Failure) -> [String] {
        try await perform(.modelsSettled) { () async throws(Failure) in
            try await seams.models.settle(wanted: wanted)
        }
    }

    func keepModel(_ model: ModelRecord) throws(Failure) {
        try performNow(.modelKept) { () throws(Failure) in try seams.catalogue.insert(model) }
    }

    func forgetModel(_ name: ModelName) throws(Failure) {
        try performNow(.modelForgotten) { () throws(Failure) in try seams.catalogue.deleteModel(name) }
    }

    func setModel(_ name: ModelName?, for role: ModelRole) throws(Failure) {
        try performNow(.modelChosen) { () throws(Failure) in try seams.catalogue.setModel(name, for: role) }
    }

    // MARK: Reading, which is no step

    func beginUpload(of what: String) throws(Failure) -> any IncomingUpload {
        try seams.archives.beginUpload(of: what)
    }

    func models() throws(Failure) -> [ModelRecord] { try seams.catalogue.models() }

    func modelRoles() throws(Failure) -> [ModelRole: ModelName] { try seams.catalogue.modelRoles() }

    func modelChoice(
        for configuration: AIUConfig, under policy: PolicyInForce
    ) throws(Failure) -> ModelChoice {
        try ModelChoice(configuration, known: try models(), defaults: try modelRoles()) { name in
            policy.denial(ofModel: name.text).map { "the policy (version \(policy.version), \($0.scope)) \($0.words)" }
        }
    }

    func modelPath(_ model: ModelRecord) async throws(Failure) -> String {
        try await seams.models.path(of: model.digest, size: model.size, added: model.added)
    }

    func storedModels() async throws(Failure) -> [ModelDigest: ByteCount] { try await seams.models.stored() }

    func verifyModel(_ model: ModelRecord) async throws(Failure) {
        try await seams.models.verify(model.digest, size: model.size)
    }
}
