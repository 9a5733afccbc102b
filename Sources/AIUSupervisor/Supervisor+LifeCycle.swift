package import AIUModel
internal import AIUPolicy

extension Supervisor: LifeCycleControl {
    package func pause(_ name: VMName) async throws(Failure) -> VMView { try await find(name).pause() }

    package func resume(_ name: VMName) async throws(Failure) -> VMView { try await find(name).resume() }

    package func rename(_ name: VMName, to new: VMName) async throws(Failure) -> VMView {
        let vm = try find(name)
        if name == new { return await vm.view }
        guard names[new] == nil else {
            throw Failure(
                .conflict, "cannot rename '\(name)': there is a VM '\(new)' already; `aiu inspect \(new)` shows it")
        }
        try requireSameRules(as: name, for: new, to: "rename")
        // Both are taken until it is settled which of them it is.
        names[new] = vm.id
        do {
            let view = try await vm.rename(to: new)
            policies.settle(view.record)
            if names[name] == vm.id {
                names[name] = nil
                policies.forget(name)
            }
            return view
        } catch {
            if names[new] == vm.id { names[new] = nil }
            throw error
        }
    }

    package func clone(_ name: VMName, _ request: CloneVM) async throws(Failure) -> VMView {
        let source = try find(name)
        let wanted = try VMPlan.name(request.name)
        let project = try project(ofCopy: request.project, of: await source.record, for: request.owner)
        try requireSameRules(as: name, for: wanted, to: "clone")
        do {
            let origin = await source.view.record
            try policies.effective(PolicySubject(user: request.owner?.subject.user, vm: wanted, project: project))
                .checkEncryption(
                    of: origin.encrypted, "make a new VM and copy what you need into it with `aiu cp`")
            try await source.borrowDisk(
                live: request.live ?? false, otherwise: "stop it first, or clone it with --live")
        } catch {
            throw await source.explained(error, "clone")
        }
        do throws(Failure) {
            let view = try await copy(source, as: wanted, owner: request.owner?.subject.user, project: project)
            await source.returnDisk()
            return view
        } catch {
            await source.returnDisk()
            throw error
        }
    }

    private func copy(
        _ source: VM, as wanted: VMName?, owner: UInt32?, project: String?
    ) async throws(Failure) -> VMView {
        let origin = await source.view.record
        let record = VMRecord(
            id: newID(), name: try reserve(wanted), ephemeral: false, flavour: origin.flavour, image: origin.image,
            resources: origin.resources, configuration: origin.configuration,
            configurationDigest: origin.configurationDigest, phase: .creating, contextID: takeContextID(),
            created: host.clock(), labels: origin.labels, configurationOnDisk: origin.configurationOnDisk,
            owner: owner, project: project, encrypted: origin.encrypted)
        let vm = try await bring(record, "clone '\(origin.name)' to") { () async throws(Failure) in
            try await effects.copyDisk(of: origin.id, to: record.id)
        }
        await hub.post(.cloned, record, detail: "a copy of '\(origin.name)'")
        return await vm.view
    }

    package func update(_ name: VMName, _ request: UpdateVM) async throws(Failure) -> VMView {
        try await find(name).update(request)
    }

    package func attach(_ name: VMName) async throws(Failure) -> Int32 {
        let vm = try find(name)
        try await vm.requireActive()
        return try await effects.attach(vm.id)
    }
}
