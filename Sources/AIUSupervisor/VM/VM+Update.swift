internal import AIUModel

extension VM {
    /// Says that its disk is there.
    func created() throws(Failure) { try move(.created) }

    /// It could neither be made nor be removed again.
    func markBroken(_ reason: String) { advance(.broke(reason)) }

    func rename(to name: VMName) async throws(Failure) -> VMView {
        let former = record.name
        do {
            try requireSettled()
            try remember { $0.name = name }
        } catch {
            throw explained(error, "rename")
        }
        // The policy may say something of this name.
        await followNetwork()
        await hub.post(.renamed, record, detail: "it was '\(former)'")
        return view
    }

    /// Changes what is only written down: protection and labels.
    func update(_ request: UpdateVM) async throws(Failure) -> VMView {
        let former = record
        do throws(Failure) {
            try requireSettled()
            if request.protected == true, record.ephemeral {
                throw Failure(.conflict, "it is ephemeral: it goes when it stops, so it cannot be protected")
            }
            var changes: [String: String?] = [:]
            for key in request.removedLabels ?? [] { changes.updateValue(nil, forKey: key) }
            for (key, value) in request.labels ?? [:] {
                guard !changes.keys.contains(key) else {
                    throw Failure(.invalid, "the label '\(key.prefix(80))' is both set and removed")
                }
                changes.updateValue(value, forKey: key)
            }
            let labels = try record.labels.changed(by: changes)
            try remember {
                $0.protected = request.protected ?? $0.protected
                $0.labels = labels
            }
        } catch {
            throw explained(error, "change")
        }
        guard record != former else { return view }
        var what: [String] = []
        if record.protected != former.protected {
            what.append(record.protected ? "protected" : "not protected any more")
        }
        if record.labels != former.labels { what.append("labels") }
        await hub.post(.updated, record, detail: what.joined(separator: ", "))
        return view
    }

    /// Refuses while it comes or goes.
    private func requireSettled() throws(Failure) {
        switch lifecycle.phase {
        case .stopped, .starting, .running, .paused, .stopping, .failed: break
        case .creating, .deleting, .deleted:
            throw Failure(.busy, "it is \(record.phase.rawValue); try again in a moment")
        }
    }
}
