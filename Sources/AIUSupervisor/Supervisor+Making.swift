import AIUModel

extension Supervisor {
    /// Context identifiers begin after the reserved ones.
    private static let firstContextID: UInt32 = 3

    func make(_ plan: VMPlan, image: BaseImage) async throws(Failure) -> VM {
        let configuration = plan.configuration.canonicalBytes
        let record = VMRecord(
            id: newID(), name: try reserve(plan.name), ephemeral: plan.ephemeral, flavour: plan.flavour,
            image: image.digest, resources: plan.resources,
            configuration: String(decoding: configuration, as: UTF8.self),
            configurationDigest: host.digest(configuration), phase: .creating, contextID: takeContextID(),
            created: host.clock(), labels: plan.labels, owner: plan.owner, project: plan.project,
            encrypted: plan.configuration.resources.encryption)
        let vm = try await bring(record, "create") { () async throws(Failure) in
            try await effects.createDisks([
                NewStateDisk(
                    id: record.id, size: record.resources.storage, configuration: configuration,
                    encrypted: record.encrypted)
            ])
        }
        await hub.post(.created, record)
        return vm
    }

    /// A new VM whose disk the body makes: all of it or nothing.
    func bring(
        _ record: VMRecord, _ verb: String, _ makeDisk: () async throws(Failure) -> Void
    ) async throws(Failure) -> VM {
        let vm = try policies.counted { () throws(Failure) in
            do throws(Failure) {
                try requireQuota(for: record)
                let vm = enroll(record, lifecycle: .creating)
                // The intent first: a crash from here on finds the row and removes what was made.
                try effects.insert(record)
                return vm
            } catch {
                strike(record.id)
                throw Failure(error.reason, "cannot \(verb) '\(record.name)': \(error.message)")
            }
        }
        do {
            try await makeDisk()
            try await vm.created()
        } catch {
            await undo(vm, record, after: error)
            throw Failure(error.reason, "cannot \(verb) '\(record.name)': \(error.message)")
        }
        return vm
    }

    private func undo(_ vm: VM, _ record: VMRecord, after failure: Failure) async {
        do {
            try await effects.removeDisk(of: record.id)
            try effects.removeRow(record.id)
            strike(record.id)
        } catch {
            // Still there, so still shown: whoever deletes it tries again.
            host.log("undoing the creation of \(record.name): \(error)")
            await vm.markBroken("\(failure.message); what was made of it could not be removed: \(error.message)")
        }
    }

    func enroll(_ record: VMRecord, lifecycle: Lifecycle) -> VM {
        let vm = VM(record, lifecycle: lifecycle, effects: effects, host: host, hub: hub, settings: settings) {
            [weak self] id in
            Task { await self?.ephemeralEnded(id) }
        }
        vms[record.id] = vm
        if record.phase == .deleted {
            kept[record.id] = record
        } else {
            names[record.name] = record.id
            policies.settle(record)
            contextIDs[record.id] = record.contextID
        }
        return vm
    }

    /// Forgets a VM that is gone.
    func strike(_ id: VMID) {
        vms[id] = nil
        kept[id] = nil
        retire(id)
    }

    /// Frees what a deleted VM does not need any more.
    func retire(_ id: VMID) {
        contextIDs[id] = nil
        for name in names.filter({ $0.value == id }).keys {
            names[name] = nil
            policies.forget(name)
        }
    }

    private func ephemeralEnded(_ id: VMID) async {
        guard let vm = vms[id] else { return }
        do {
            try await delete(vm, DeleteVM(force: true, purge: true))
        } catch {
            host.log("removing an ephemeral VM: \(error)")
        }
    }

    /// The wanted name when it is free, one of our own when nothing is wanted. Taken by whoever enrolls it next, without
    /// a wait in between.
    func reserve(_ wanted: VMName?) throws(Failure) -> VMName {
        if let wanted {
            guard names[wanted] == nil else {
                throw Failure(.conflict, "there is a VM '\(wanted)' already; `aiu inspect \(wanted)` shows it")
            }
            return wanted
        }
        while true {
            // Always a valid name: a letter first, then hex digits.
            guard let name = VMName("vm-\(VMID.random().text.prefix(6))") else { continue }
            if names[name] == nil { return name }
        }
    }

    func newID() -> VMID {
        while true {
            let id = VMID.random()
            if vms[id] == nil { return id }
        }
    }

    func takeContextID() -> UInt32 {
        let taken = Set(contextIDs.values)
        var candidate = Self.firstContextID
        while taken.contains(candidate) { candidate += 1 }
        return candidate
    }
}
