package import AIUModel

extension Supervisor {
    /// What runs when a supervisor begins.
    private struct Found {
        var machines: Set<VMID>
        var paused: Set<VMID>
        var backEnds: Set<VMID>
    }

    /// Brings the database, the machines, the back ends and the disks in line after an earlier supervisor ended,
    /// however it ended; then listens to what happens.
    package func recover() async throws(Failure) {
        let records = try effects.allVMs()
        let found = try await look()
        let known = Set(records.map(\.id))
        for record in records {
            do throws(Failure) {
                try await recover(enroll(record, lifecycle: Lifecycle(remembered: record)), record, found)
            } catch {
                await recoverAgain(record)
            }
        }
        for stray in found.machines.subtracting(known).sorted() {
            try await effects.destroy(stray)
            repairs.append("ended a machine that belongs to no VM (\(stray))")
        }
        for stray in found.backEnds.subtracting(known).sorted() {
            await effects.closeBackEnd(stray)
            repairs.append("ended a back end that belongs to no VM (\(stray))")
        }
        for stray in try await effects.statesOnDisk().subtracting(known).sorted() {
            // Never removed by itself: it may be all that is left of someone's work.
            repairs.append(
                "the folder of VM \(stray) belongs to no known VM and was left alone; `aiu prune` can remove it")
        }
        await effects.keepCards(of: found.machines.intersection(known))
        try await recoverModels()
        for repair in repairs { host.log(repair) }
        listen()
        await hub.post(.supervisorStarted, detail: repairs.isEmpty ? nil : repairs.joined(separator: "; "))
        startSweeper()
        startWatch()
    }

    private func look() async throws(Failure) -> Found {
        Found(
            machines: try await effects.runningMachines(), paused: try await effects.pausedMachines(),
            backEnds: await effects.backEnds())
    }

    /// A machine may have ended while it was taken over, which a second look sees.
    private func recoverAgain(_ record: VMRecord) async {
        guard let vm = vms[record.id] else { return }
        do throws(Failure) {
            try await recover(vm, await vm.record, try await look())
        } catch {
            // One VM that cannot be put right must not keep the others from being served, nor its next start.
            await vm.release()
            await vm.markBroken(error.message)
            repairs.append("'\(record.name)' could not be put right: \(error)")
        }
    }

    private func recover(_ vm: VM, _ record: VMRecord, _ found: Found) async throws(Failure) {
        let isRunning = found.machines.contains(record.id)
        switch record.phase {
        case .creating, .deleting:
            if isRunning { try await vm.endMachine() }
            try await vm.finishDeletion()
            strike(record.id)
            repairs.append(
                record.phase == .creating
                    ? "removed '\(record.name)', whose creation was interrupted"
                    : "finished deleting '\(record.name)'")
        case .starting, .running, .paused, .stopping:
            if isRunning, try await takeOver(vm, record, isPaused: found.paused.contains(record.id)) {
                repairs.append("took over '\(record.name)', which kept running")
            } else {
                try await settle(vm, record, isRunning: isRunning)
            }
        case .stopped, .failed, .deleted:
            if isRunning {
                try await vm.endMachine()
                repairs.append("ended the machine of '\(record.name)', which should not have been running")
            }
            if found.backEnds.contains(record.id) { await effects.closeBackEnd(record.id) }
            try await vm.settleAtRest()
            // It had ended, and its removal was interrupted.
            if record.ephemeral, record.phase == .stopped, record.started != nil { try await remove(vm, record) }
        }
    }

    private func takeOver(_ vm: VM, _ record: VMRecord, isPaused: Bool) async throws(Failure) -> Bool {
        let identity = await vm.identity(in: effects.folder(of: record.id))
        guard try await effects.adoptBackEnd(record.id, contextID: record.contextID, welcome: identity) else {
            return false
        }
        // The row is what was wanted: a machine that is held otherwise was held for a copy, a start or a resume.
        let shallBePaused = record.phase == .paused
        if shallBePaused, !isPaused { try await effects.pause(record.id) }
        if !shallBePaused, isPaused {
            try await effects.resume(record.id)
            repairs.append("let '\(record.name)' go on, which was held for a moment when its supervisor ended")
        }
        try await vm.adopt(paused: shallBePaused)
        return true
    }

    private func settle(_ vm: VM, _ record: VMRecord, isRunning: Bool) async throws(Failure) {
        if isRunning { try await vm.endMachine() }
        await effects.closeBackEnd(record.id)
        let reason = record.phase == .stopping ? nil : "it ended while the supervisor was not running"
        try await vm.markEnded(reason)
        try await vm.settleAtRest()
        repairs.append(
            "'\(record.name)' was \(record.phase.rawValue) and is now \(reason == nil ? "stopped" : "failed")")
        if record.ephemeral { try await remove(vm, record) }
    }

    private func remove(_ vm: VM, _ record: VMRecord) async throws(Failure) {
        try await delete(vm, DeleteVM(force: true, purge: true))
        repairs.append("removed '\(record.name)', which was ephemeral and had ended")
    }

    private func listen() {
        let machineNews = effects.machineNews
        let guestNews = effects.guestNews
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
        case .stalled: await vms[event.id]?.machineStalled()
        }
    }

    private func receive(_ event: GuestEvent) async {
        switch event {
        case .hello(let id, let hello): await vms[id]?.agentSaid(hello)
        case .heartbeat(let id, let beat): await vms[id]?.agentBeat(beat)
        case .heard(let id): await vms[id]?.agentSpoke()
        case .lost(let id, let inOrder): await vms[id]?.agentLeft(inOrder: inOrder)
        case .backEndEnded(let id):
            // It waits for other news, which others' news must not wait for.
            let vm = vms[id]
            Task { await vm?.backEndEnded() }
        }
    }
}
