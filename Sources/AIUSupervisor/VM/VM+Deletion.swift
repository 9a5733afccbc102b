internal import AIUModel

extension VM {
    /// Deletes it: for good when asked or when it is ephemeral, otherwise so that it can be recovered for a time.
    func delete(_ request: DeleteVM, keepFor keep: Duration) async throws(Failure) {
        let wasDeleted = lifecycle.phase == .deleted
        if wasDeleted, !request.purge { return }
        // One whose removal broke goes on where it was.
        let forGood = request.purge || record.ephemeral || keep <= .zero || lifecycle.phase == .deleting
        do throws(Failure) {
            if record.protected {
                throw Failure(.conflict, "it is protected; `aiu unprotect \(record.name)` lifts that")
            }
            try requireIdle()
            if request.force, lifecycle.phase.isActive { _ = try await stop(StopVM(force: true)) }
            if forGood {
                try move(.purge)
            } else {
                let now = host.clock()
                try move(.delete) {
                    $0.deleted = now
                    $0.keptUntil = now + Int64(keep / .milliseconds(1))
                }
            }
        } catch {
            throw explained(error, "delete")
        }
        guard forGood else {
            return await hub.post(.deleted, record, detail: "it can be recovered for \(keep.inWords)")
        }
        if !wasDeleted { await hub.post(.deleting, record) }
        try await finishDeletion(wasDeleted ? .purged : .deleted)
    }

    /// Removes everything that belongs to the VM; also the second half of a deletion that a crash interrupted.
    func finishDeletion(_ event: VMEvent.Kind = .deleted) async throws(Failure) {
        if mayStillRun { try await endMachine() }
        await effects.closeBackEnd(id)
        try await effects.removeDisk(of: id)
        await effects.forgetNetwork(of: id)
        try effects.removeRow(id)
        await hub.post(event, record)
    }

    /// Brings it back under a name that is free.
    func recover(as name: VMName, contextID: UInt32) async throws(Failure) -> VMView {
        do {
            try host.policies.counted { () throws(Failure) in
                try requireRoom(as: name)
                try move(.recover) {
                    $0.name = name
                    $0.contextID = contextID
                    $0.deleted = nil
                    $0.keptUntil = nil
                }
            }
        } catch {
            throw explained(error, "recover")
        }
        await hub.post(.recovered, record)
        return view
    }
}

extension Duration {
    /// Rounded down to what people count in.
    fileprivate var inWords: String {
        let (days, hours, minutes) = (self / .seconds(86_400), self / .seconds(3600), self / .seconds(60))
        if days >= 2 { return "\(Int(days)) days" }
        if hours >= 2 { return "\(Int(hours)) hours" }
        return "\(Int(minutes)) minutes"
    }
}
