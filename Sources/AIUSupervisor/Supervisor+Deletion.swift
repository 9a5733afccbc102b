internal import AIUJSON
package import AIUModel

extension Supervisor {
    /// Deletes a VM and keeps the books. Whoever asks for the same joins; whoever asks for something else comes next.
    func delete(_ vm: VM, _ request: DeleteVM) async throws(Failure) {
        while let underWay = deletions[vm.id] {
            let outcome = await underWay.task.value
            if underWay.request == request { return try outcome.get() }
        }
        // Somebody else's deletion was for good.
        guard vms[vm.id] != nil else { return }
        let keep = settings.keepDeleted
        let task = Task { () async -> Result<Void, Failure> in
            let outcome: Result<Void, Failure>
            do throws(Failure) {
                try await vm.delete(request, keepFor: keep)
                let record = await vm.view.record
                if record.phase == .deleted {
                    self.kept[vm.id] = record
                    self.retire(vm.id)
                } else {
                    self.strike(vm.id)
                }
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            self.deletions[vm.id] = nil
            return outcome
        }
        deletions[vm.id] = Deletion(request: request, task: task)
        try await task.value.get()
    }

    package func deletedVMs() async -> [VMView] {
        kept.values.sorted { ($1.deleted ?? 0, $0.id) < ($0.deleted ?? 0, $1.id) }.map { VMView(record: $0) }
    }

    package func logs(ofDeleted reference: VMReference) async throws(Failure) -> LogFiles {
        guard let record = try theOneKept(reference) else { throw notKept(reference) }
        return logFiles(of: record.id)
    }

    package func recover(_ reference: VMReference, as name: VMName?) async throws(Failure) -> VMView {
        while let id = findKept(reference).first?.id, let underWay = deletions[id] { _ = await underWay.task.value }
        guard let record = try theOneKept(reference), let vm = vms[record.id] else {
            // It is there already: what was asked for.
            if let vm = live(reference), name.map({ names[$0] == vm.id }) ?? true { return await vm.view }
            throw notKept(reference)
        }
        let wanted = name ?? record.name
        guard names[wanted] == nil else {
            throw Failure(
                .conflict, "cannot recover '\(reference)': there is a VM '\(wanted)' already; give it another name")
        }
        try requireSameRules(as: record.name, for: wanted, to: "recover")
        let contextID = takeContextID()
        names[wanted] = record.id
        kept[record.id] = nil
        contextIDs[record.id] = contextID
        do {
            let view = try await vm.recover(as: wanted, contextID: contextID)
            policies.settle(view.record)
            return view
        } catch {
            kept[record.id] = record
            retire(record.id)
            throw error
        }
    }

    package func purge(_ reference: VMReference) async throws(Failure) {
        guard let record = try theOneKept(reference), let vm = vms[record.id] else { throw notKept(reference) }
        try await delete(vm, DeleteVM(force: false, purge: true))
    }

    /// Purges what was kept long enough.
    func sweep() async {
        let look = keptTimes.look(
            at: kept.compactMapValues(\.keptUntil), wall: host.clock(), steady: host.steady())
        if look.jump != nil {
            host.log("the clock jumped: deleted VMs whose time seems to be over are looked at again in an hour")
        }
        for id in look.due {
            guard let record = kept[id], let vm = vms[id] else { continue }
            do {
                try await delete(vm, DeleteVM(force: false, purge: true))
            } catch {
                host.log("purging '\(record.name)': \(error)")
            }
        }
    }

    func startSweeper() {
        let sleep = host.sleep
        sweeper = Task { [weak self] in
            while !Task.isCancelled {
                // Not held while it sleeps: a supervisor that nobody needs any more may go.
                guard await self?.sweep() != nil else { return }
                do {
                    try await sleep(KeptTimes.confirmation)
                } catch {
                    return  // cancelled: the supervisor ends
                }
            }
        }
    }

    private func findKept(_ reference: VMReference) -> [VMRecord] {
        if let id = reference.id, let record = kept[id] { return [record] }
        return kept.values.filter { $0.name == reference.name }.sorted { ($0.deleted ?? 0) > ($1.deleted ?? 0) }
    }

    private func theOneKept(_ reference: VMReference) throws(Failure) -> VMRecord? {
        let found = findKept(reference)
        guard found.count <= 1 else {
            let ids = found.prefix(10).map(\.id.text).joined(separator: ", ")
            throw Failure(
                .conflict,
                "there are \(found.count) deleted VMs '\(reference)'; name one by its identifier, the last first: \(ids)"
            )
        }
        return found.first
    }

    private func live(_ reference: VMReference) -> VM? {
        if let id = reference.id, kept[id] == nil, let vm = vms[id] { return vm }
        return reference.name.flatMap { names[$0] }.flatMap { vms[$0] }
    }

    private func notKept(_ reference: VMReference) -> Failure {
        let close = NearestName.find(reference.text, in: kept.values.map(\.name.text))
        return Failure(
            .notFound,
            "there is no deleted VM '\(reference)'" + (close.map { "; did you mean '\($0)'?" } ?? ""))
    }
}
