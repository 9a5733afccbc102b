internal import AIUModel

extension VM {
    /// What opens its disk; nil when it is not encrypted.
    func diskKey() async throws(Failure) -> DiskKey? {
        guard record.encrypted else { return nil }
        if let key = try await effects.diskKey(of: id) { return key }
        throw Failure(
            .damaged, "the key of its disk is gone, and with it what is on the disk; `aiu delete --purge` removes it")
    }

    /// Keeps the disk still while somebody reads or writes it: at rest nobody may start the VM meanwhile, and when `live`
    /// a running one is held for that time. Every borrowed disk is returned.
    func borrowDisk(live: Bool, otherwise hint: String) async throws(Failure) {
        switch lifecycle.phase {
        case .stopped, .failed:
            if let holding { throw Failure(.busy, "it is being \(holding.work.rawValue); try again in a moment") }
            diskUsers += 1
        case .running, .paused:
            guard live else { throw Failure(.conflict, "it is \(record.phase.rawValue); \(hint)") }
            try requireIdle()
            diskUsers = 1
            guard lifecycle.phase == .running else { return }
            isHeldForDisk = true
            do {
                // The row goes on to say `running`: a supervisor that finds it held lets it go.
                try await effects.pause(id)
            } catch {
                isHeldForDisk = false
                diskUsers = 0
                throw error
            }
        case .creating, .starting, .stopping, .deleting, .deleted:
            throw Failure(.busy, "it is \(record.phase.rawValue); try again in a moment")
        }
    }

    func returnDisk() async {
        if isHeldForDisk, lifecycle.phase == .running {
            do {
                try await effects.resume(id)
                silence.excuse()
            } catch {
                host.log("\(record.name): it stays paused: \(error)")
                advance(.pause)
                await hub.post(.paused, record, detail: "it could not go on after its disk was read: \(error)")
            }
        }
        isHeldForDisk = false
        diskUsers -= 1
        // Its end came while its disk was in use, which it could not be removed from under.
        if diskUsers == 0, record.ephemeral, record.started != nil, !record.phase.isActive { onEphemeralEnd(id) }
    }
}
