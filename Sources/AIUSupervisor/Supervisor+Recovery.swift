package import AIUModel

extension Supervisor {
    /// Brings the database, the machines, the back ends and the disks in line after an earlier supervisor ended,
    /// however it ended; then listens to what happens.
    package func recover() async throws(Failure) {
        let records = try services.store.allVMs()
        let machines = try await services.hypervisor.runningMachines()
        let known = Set(records.map(\.id))
        for record in records { try await recover(record, isRunning: machines.contains(record.id)) }
        for stray in machines.subtracting(known) {
            try await services.hypervisor.destroy(stray)
            repairs.append("ended a machine that belongs to no VM (\(stray))")
        }
        for stray in await services.links.backEnds().subtracting(known) {
            await services.links.close(stray)
            repairs.append("ended a back end that belongs to no VM (\(stray))")
        }
        for stray in try await services.images.statesOnDisk().subtracting(known) {
            // Never removed by itself: it may be all that is left of someone's work.
            repairs.append("the folder of VM \(stray) belongs to no known VM and was left alone")
        }
        for repair in repairs { services.log(repair) }
        listen()
        await hub.post(.supervisorStarted, detail: repairs.isEmpty ? nil : repairs.joined(separator: "; "))
    }

    private func recover(_ record: VMRecord, isRunning: Bool) async throws(Failure) {
        let vm = enroll(record, lifecycle: Lifecycle(remembered: record))
        switch record.phase {
        case .creating, .deleting:
            if isRunning { try await services.hypervisor.destroy(record.id) }
            try await vm.finishDeletion()
            strike(record.id)
            repairs.append(
                record.phase == .creating
                    ? "removed '\(record.name)', whose creation was interrupted"
                    : "finished deleting '\(record.name)'")
        case .starting, .running, .paused, .stopping:
            if isRunning, try await takeOver(vm, record) {
                repairs.append("took over '\(record.name)', which kept running")
            } else {
                try await settle(vm, record, isRunning: isRunning)
            }
        case .stopped, .failed, .deleted:
            guard isRunning else { return }
            try await services.hypervisor.destroy(record.id)
            await services.links.close(record.id)
            repairs.append("ended the machine of '\(record.name)', which should not have been running")
        }
    }

    private func takeOver(_ vm: VM, _ record: VMRecord) async throws(Failure) -> Bool {
        let identity = await vm.identity(in: services.images.folder(of: record.id))
        guard try await services.links.adopt(record.id, contextID: record.contextID, welcome: identity) else {
            return false
        }
        try await vm.adopt()
        return true
    }

    private func settle(_ vm: VM, _ record: VMRecord, isRunning: Bool) async throws(Failure) {
        if isRunning { try await services.hypervisor.destroy(record.id) }
        await services.links.close(record.id)
        let reason = record.phase == .stopping ? nil : "it ended while the supervisor was not running"
        try await vm.markEnded(reason)
        repairs.append(
            "'\(record.name)' was \(record.phase.rawValue) and is now \(reason == nil ? "stopped" : "failed")")
        if record.ephemeral {
            try await vm.delete(force: true)
            strike(record.id)
        }
    }

    private func listen() {
        let machineNews = services.hypervisor.events
        let guestNews = services.links.events
        Task { [weak self] in
            for await event in machineNews { await self?.receive(event) }
        }
        Task { [weak self] in
            for await event in guestNews { await self?.receive(event) }
        }
    }

    private func receive(_ event: HypervisorEvent) async {
        switch event.change {
        case .ended(let ending): await vms[event.id]?.machineEnded(ending)
        case .stalled: services.log("the VM \(event.id) is held up: the host's disk is full")
        }
    }

    private func receive(_ event: GuestEvent) async {
        switch event {
        case .hello(let id, let hello): await vms[id]?.agentSaid(hello)
        case .heartbeat(let id, let beat): await vms[id]?.agentBeat(beat)
        case .lost(let id, let inOrder): await vms[id]?.agentLeft(inOrder: inOrder)
        case .backEndEnded(let id):
            // It waits for other news, which others' news must not wait for.
            let vm = vms[id]
            Task { await vm?.backEndEnded() }
        }
    }
}
