internal import AIUModel

extension VM {
    /// Holds the guest's processors. One that is held is what was asked for.
    func pause() async throws(Failure) -> VMView {
        if holding == nil, lifecycle.phase == .paused { return view }
        return try await hold(.pausing, "pause") { await self.pauseOnce() }
    }

    /// Lets the guest go on. One that runs is what was asked for.
    func resume() async throws(Failure) -> VMView {
        if holding == nil, lifecycle.phase == .running, diskUsers == 0 { return view }
        return try await hold(.resuming, "resume") { await self.resumeOnce() }
    }

    private func hold(
        _ work: Holding.Work, _ verb: String, _ body: @escaping @Sendable () async -> Result<VMView, Failure>
    ) async throws(Failure) -> VMView {
        if let holding, holding.work == work { return try await holding.task.value.get() }
        do {
            try requireIdle()
        } catch {
            throw explained(error, verb)
        }
        let task = Task {
            let outcome = await body()
            self.holding = nil
            return outcome
        }
        holding = Holding(work: work, task: task)
        return try await task.value.get()
    }

    private func pauseOnce() async -> Result<VMView, Failure> {
        do {
            try move(.pause)
            try await effects.pause(id)
            try requireStill(.paused)
        } catch {
            // It may have ended meanwhile; then there is nothing to take back.
            if lifecycle.phase == .paused { advance(.resume) }
            return .failure(explained(error, "pause"))
        }
        await hub.post(.paused, record)
        return .success(view)
    }

    private func resumeOnce() async -> Result<VMView, Failure> {
        do {
            try move(.resume)
            try await effects.resume(id)
            try requireStill(.running)
            silence.excuse()
        } catch {
            if lifecycle.phase == .running { advance(.pause) }
            return .failure(explained(error, "resume"))
        }
        await hub.post(.resumed, record)
        return .success(view)
    }

    /// It may have ended, or have been stopped by force, while QEMU was asked.
    private func requireStill(_ phase: VMPhase) throws(Failure) {
        guard lifecycle.phase == phase else {
            throw Failure(.conflict, "it is \(record.phase.rawValue) meanwhile")
        }
    }
}
