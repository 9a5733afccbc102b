internal import AIUJSON
package import AIUModel
internal import AIUPolicy

extension Supervisor: ModelControl {
    private static let mostModels = 1000

    package func models() async throws(Failure) -> [ModelView] {
        let roles = try effects.modelRoles()
        let wishes = try wishes()
        return try effects.models().map { Self.view($0, roles, wishes) }
    }

    package func model(_ name: ModelName) async throws(Failure) -> ModelView {
        Self.view(try findModel(name), try effects.modelRoles(), try wishes())
    }

    package func beginAdding(_ order: AddModel) async throws(Failure) -> Int32 {
        guard !ImageModels.contains(order.name) else {
            throw Failure(.conflict, "'\(order.name)' is a model that every image has; choose another name")
        }
        // Said before gigabytes are sent; the database has the last word.
        let known = try effects.models()
        guard !known.contains(where: { $0.name == order.name }) else {
            throw Failure(
                .conflict, "there is a model '\(order.name)' already; choose another name, or remove that one first")
        }
        guard known.count < Self.mostModels else {
            throw Failure(.conflict, "there are \(Self.mostModels) models already; remove one that is not used")
        }
        let upload = try effects.beginUpload(of: "the model")
        follow(cancel: upload.cancel) { [self] in await receive(upload, order) }
        return upload.socket
    }

    package func verify(_ name: ModelName) async throws(Failure) -> ModelView {
        let record = try findModel(name)
        do throws(Failure) {
            try await effects.verifyModel(record)
        } catch {
            throw Failure(error.reason, "'\(name)': \(error.message)")
        }
        return try await model(name)
    }

    package func remove(_ name: ModelName) async throws(Failure) {
        let view = try await model(name)
        if let role = view.roles.first {
            throw Failure(
                .conflict,
                "'\(name)' is the model for '\(role.rawValue)'; choose another with `aiu model use \(role.rawValue) NAME`, "
                    + "or none with `aiu model use \(role.rawValue) --none`")
        }
        if let vm = view.vms.first {
            throw Failure(
                .conflict,
                "the VM '\(vm)' uses '\(name)' (`custom_parameters.models`, or since its last start); change its "
                    + "configuration, stop it, or delete it first"
            )
        }
        let file = try forget(view.record)
        await hub.post(.modelRemoved, detail: "\(name) (sha256 \(view.record.digest.short))")
        guard let file else { return }
        do throws(Failure) {
            try await effects.discardModel(file)
        } catch {
            // It has no name any more, which is what was asked for; the next start removes what is left.
            host.log("\(error)")
        }
    }

    package func use(_ name: ModelName, for role: ModelRole) async throws(Failure) -> ModelView {
        _ = try findModel(name)
        try policies.effective(PolicySubject()).check(model: name.text)
        if try effects.modelRoles()[role] != name {
            try effects.setModel(name, for: role)
            await hub.post(.modelUsed, detail: "\(role.rawValue): \(name)")
        }
        return try await model(name)
    }

    package func release(_ name: ModelName, from role: ModelRole) async throws(Failure) -> ModelView {
        _ = try findModel(name)
        if try effects.modelRoles()[role] == name {
            try effects.setModel(nil, for: role)
            await hub.post(.modelUsed, detail: "\(role.rawValue): none")
        }
        return try await model(name)
    }

    package func estimate(
        _ name: ModelName, contextLength: Int?, memory: ByteCount?
    ) async throws(Failure) -> ModelEstimate {
        try ModelEstimate(of: name, try findModel(name).summary, contextLength: contextLength, memory: memory)
    }

    /// Decides what an earlier supervisor left undecided.
    func recoverModels() async throws(Failure) {
        let wanted = Set(try effects.models().map(\.digest))
        repairs += try await effects.settleModels(wanted: wanted)
        for digest in try await effects.storedModels().keys.sorted() where !wanted.contains(digest) {
            // Never removed by itself: the database may be older than the file.
            repairs.append("the model \(digest.short) has no name and was left alone; `aiu prune` can remove it")
        }
    }

    /// Files of models that nothing names.
    func strayModels() async throws(Failure) -> [(digest: ModelDigest, size: ByteCount)] {
        let stored = try await effects.storedModels()
        let wanted = Set(try effects.models().map(\.digest))
        return stored.filter { !wanted.contains($0.key) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    func removeStray(_ digest: ModelDigest) async throws(Failure) {
        // Asked again: somebody may have added it in the meantime.
        guard try !effects.models().contains(where: { $0.digest == digest }) else {
            throw Failure(.conflict, "it has a name now")
        }
        if let file = try effects.withdrawModel(digest) { try await effects.discardModel(file) }
    }

    // MARK: Coming and going

    private func receive(_ upload: any IncomingUpload, _ order: AddModel) async {
        do throws(Failure) {
            let received = try await effects.receiveModel(upload, announced: order.size)
            do throws(Failure) {
                try keep(received, order)
            } catch {
                // A supervisor that a fail point ended leaves it to the next one.
                try? await effects.discardModel(received.pending)
                throw error
            }
            await hub.post(
                .modelAdded,
                detail: "\(order.name) (sha256 \(received.pending.digest.short), \(received.size.bytes) bytes)")
            if let role = order.role { await hub.post(.modelUsed, detail: "\(role.rawValue): \(order.name)") }
            upload.accept(try Self.encoded(try await model(order.name)))
        } catch {
            host.log("the model '\(order.name)' was not added: \(error.message)")
            upload.refuse(error)
        }
    }

    /// Its name first, its file last: without an interruption in between, on this actor too.
    private func keep(_ received: ReceivedModel, _ order: AddModel) throws(Failure) {
        let record = ModelRecord(
            name: order.name, digest: received.pending.digest, size: received.size, added: host.clock(),
            summary: received.summary)
        try effects.keepModel(record)
        do throws(Failure) {
            if let role = order.role { try effects.setModel(order.name, for: role) }
            try effects.placeModel(received.pending)
        } catch {
            // Undone, so that asking again may succeed; the first reason is the one that is told.
            try? effects.forgetModel(order.name)
            throw error
        }
    }

    /// The file out of the way first, then the name; nil when another name has the same file.
    private func forget(_ record: ModelRecord) throws(Failure) -> PendingModel? {
        let isShared = try effects.models().contains { $0.digest == record.digest && $0.name != record.name }
        guard !isShared, let file = try effects.withdrawModel(record.digest) else {
            try effects.forgetModel(record.name)
            return nil
        }
        do throws(Failure) {
            try effects.forgetModel(record.name)
        } catch {
            // Put back, for the name is still there; where that fails too, the next start does it.
            try? effects.placeModel(file)
            throw error
        }
        return file
    }

    // MARK: What is known

    func findModel(_ name: ModelName) throws(Failure) -> ModelRecord {
        let known = try effects.models()
        if let record = known.first(where: { $0.name == name }) { return record }
        throw ModelChoice.missing(name, known)
    }

    /// Which VMs want which models.
    private func wishes() throws(Failure) -> [(vm: VMName, models: Set<ModelName>)] {
        try effects.allVMs().compactMap { record in
            var names: Set<ModelName> = record.phase.isActive ? Set(record.models) : []
            // Quickly said of most; and a document that cannot be read wants nothing.
            if record.configuration.contains(#""models""#),
                let wanted = try? AIUConfig.parse(Array(record.configuration.utf8)).modelNames
            {
                names.formUnion(wanted)
            }
            return names.isEmpty ? nil : (record.name, names)
        }
    }

    private static func view(
        _ record: ModelRecord, _ roles: [ModelRole: ModelName], _ wishes: [(vm: VMName, models: Set<ModelName>)]
    ) -> ModelView {
        ModelView(
            record: record, roles: ModelRole.allCases.filter { roles[$0] == record.name },
            vms: wishes.filter { $0.models.contains(record.name) }.map(\.vm).sorted())
    }

    private static func encoded(_ view: ModelView) throws(Failure) -> [UInt8] {
        do throws(JSONError) {
            return try JSONText.encode(view)
        } catch {
            throw Failure(.internalError, "cannot encode the answer: \(error)")
        }
    }
}
