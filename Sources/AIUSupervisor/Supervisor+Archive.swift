internal import AIUJSON
package import AIUModel
internal import AIUPolicy
internal import AIUWire

extension Supervisor: ArchiveControl {
    package func beginExport(of name: VMName, live: Bool) async throws(Failure) -> Int32 {
        let vm = try find(name)
        do throws(Failure) {
            guard await !vm.view.record.encrypted else {
                throw Failure(
                    .unsupported,
                    "its disk is encrypted, and an archive would hold it in the clear; clone it here, or copy what you "
                        + "need out of it with `aiu cp`")
            }
            try await vm.borrowDisk(live: live, otherwise: "stop it first, or export it with --live")
        } catch {
            throw await vm.explained(error, "export")
        }
        do throws(Failure) {
            let export = try effects.beginExport(ArchivedVM(await vm.view.record), of: vm.id)
            follow(cancel: export.cancel) { [self] in await finish(export, of: vm) }
            return export.socket
        } catch {
            await vm.returnDisk()
            throw error
        }
    }

    package func beginImport(as name: VMName?, for owner: VMOwner?) async throws(Failure) -> Int32 {
        // Said at once; it is looked at again when the row is written.
        if let name { _ = try reserve(name) }
        let archive = try effects.beginImport()
        follow(cancel: archive.cancel) { [self] in await receive(archive, as: name, for: owner) }
        return archive.socket
    }

    /// The disk is not given back before the last byte of it was read, however the client fares.
    private func finish(_ export: any OutgoingArchive, of vm: VM) async {
        let failure = await export.ended()
        await vm.returnDisk()
        let record = await vm.view.record
        if let failure {
            host.log("the export of '\(record.name)' did not come to its end: \(failure.message)")
        } else {
            await hub.post(.exported, record)
        }
        // Last: whoever hears that it is done may ask for the VM's disk at once.
        export.dismiss()
    }

    private func receive(_ archive: any IncomingArchive, as name: VMName?, for owner: VMOwner?) async {
        do throws(Failure) {
            archive.accept(try Self.answer(try await take(archive, as: name, for: owner)))
        } catch {
            host.log("an import was refused: \(error.message)")
            archive.refuse(error)
        }
    }

    private func take(
        _ archive: any IncomingArchive, as name: VMName?, for owner: VMOwner?
    ) async throws(Failure) -> VMView {
        let contents = try await archive.contents()
        let plan = try ImportPlan(contents, name: name)
        if let former = VMName(contents.vm.name) { try requireSameRules(as: former, for: plan.name, to: "import") }
        let project = try project(ofArchived: contents.vm, for: owner)
        let subject = PolicySubject(user: owner?.subject.user, vm: plan.name, project: project)
        do {
            try policies.effective(subject).checkEncryption(
                of: false, "make a new VM and copy what the archive holds into it")
        } catch {
            throw Failure(error.reason, "cannot import '\(plan.name)': \(error.message)")
        }
        let (image, note) = try await self.image(for: contents.vm)
        let record = VMRecord(
            id: newID(), name: try reserve(plan.name), ephemeral: false, flavour: image.flavour, image: image.digest,
            resources: plan.resources, configuration: String(decoding: plan.configuration, as: UTF8.self),
            configurationDigest: host.digest(plan.configuration), phase: .creating, contextID: takeContextID(),
            created: host.clock(), labels: plan.labels, configurationOnDisk: plan.configurationOnDisk,
            owner: owner?.subject.user, project: project)
        let vm = try await bring(record, "import") { () async throws(Failure) in
            try await effects.createEmptyDisk(of: record.id, size: record.resources.storage, room: contents.data)
            try await effects.fillDisk(of: record.id, from: archive)
        }
        await hub.post(.imported, record, detail: note)
        return await vm.view
    }

    /// The image that it had, or else the newest of its flavour, which is then worth a note.
    private func image(for vm: ArchivedVM) async throws(Failure) -> (BaseImage, note: String?) {
        do throws(Failure) {
            let image = try await effects.image(digest: vm.image)
            if image.flavour == vm.flavour { return (image, nil) }
        } catch {
            // Not installed here, or damaged: the newest is as good a base, and says itself if it is not there either.
        }
        let image = try await effects.image(flavour: vm.flavour)
        return (image, "its image is not installed here; it has the newest of its flavour, \(image.digest)")
    }

    private static func answer(_ view: VMView) throws(Failure) -> [UInt8] {
        var view = view
        do throws(JSONError) {
            let whole = try JSONText.encode(view)
            if whole.count <= WireProtocol.longestPayload { return whole }
            // The longest documents do not fit into a frame when they are escaped; `aiu config` shows them.
            view.record.configuration = ""
            return try JSONText.encode(view)
        } catch {
            throw Failure(.internalError, "cannot encode the answer: \(error)")
        }
    }

    // MARK: What is on its way

    func follow(cancel: @escaping @Sendable () -> Void, _ work: @escaping @Sendable () async -> Void) {
        let number = nextTransfer
        nextTransfer += 1
        let task = Task {
            await work()
            self.transfers[number] = nil
        }
        transfers[number] = Transfer(cancel: cancel, task: task)
    }

    /// Ends what is on its way, so that no VM stays held and none stays half made.
    func endTransfers() async {
        let underWay = Array(transfers.values)
        for transfer in underWay { transfer.cancel() }
        for transfer in underWay { await transfer.task.value }
    }
}

extension ArchivedVM {
    fileprivate init(_ record: VMRecord) {
        self.init(
            name: record.name.text, flavour: record.flavour, image: record.image, configuration: record.configuration,
            configurationOnDisk: record.configurationOnDisk, labels: record.labels.values,
            // The writer puts the disk's real size here.
            size: record.resources.storage, project: record.project)
    }
}
