internal import AIUModel
internal import AIUWire

extension VM {
    /// Stops it. Whoever asks while it stops waits for the same stop, and may lose patience with it.
    func stop(_ request: StopVM) async throws(Failure) -> VMView {
        if stopping != nil, request.force == true {
            hasLostPatience = true
            tellWaiting()
            if let ending { try await endAtOnce(ending) }
        }
        if stopping == nil {
            if lifecycle.phase == .stopped || lifecycle.phase == .failed { return view }
            // Force is for when something hangs, so it waits for nothing.
            if request.force != true {
                do {
                    try requireIdle()
                } catch {
                    throw explained(error, "stop")
                }
            }
        }
        let stop =
            self.stopping
            ?? Task {
                let outcome = await self.stopOnce(request)
                self.stopping = nil
                return outcome
            }
        self.stopping = stop
        return try await stop.value.get()
    }

    private func stopOnce(_ request: StopVM) async -> Result<VMView, Failure> {
        let grace = Duration.milliseconds(max(0, min(request.timeoutMilliseconds ?? 10_000, 600_000)))
        hasLostPatience = request.force == true
        // Without its agent it could only be ended as if the power failed.
        await waitForAgent(atMost: min(grace, settings.redialPatience))
        let isReachable = lifecycle.hello != nil
        let isPaused = lifecycle.phase == .paused
        do {
            if !hasLostPatience { try requireIdle() }
            try move(.stop)
        } catch {
            return .failure(explained(error, "stop"))
        }
        boot?.deliver(.failure(Failure(.conflict, "it was stopped while it started")))
        _ = await launching?.wait(atMost: Self.launchLimit)
        launching = nil
        let ending = Signal<HypervisorEvent.Ending>()
        self.ending = ending
        await hub.post(.stopping, record)
        var ended = false
        do {
            if !hasLostPatience, isReachable {
                ended = await endInOrder(ending, grace: grace, resumeFirst: isPaused)
            }
            if !ended { try await endAtOnce(ending) }
            self.ending = nil
            await effects.closeBackEnd(id)
            try move(.ended)
        } catch {
            return .failure(error)
        }
        await hub.post(.stopped, record, detail: ended ? nil : "ended by force")
        return .success(view)
    }

    /// A guest that is held can end nothing, so it is let go first.
    private func endInOrder(
        _ ending: Signal<HypervisorEvent.Ending>, grace: Duration, resumeFirst: Bool
    ) async -> Bool {
        do {
            if resumeFirst { try await effects.resume(id) }
            let order = ShutdownOrder(action: .powerOff, graceMilliseconds: Int(grace / .milliseconds(2)))
            try await effects.order(order, to: id)
        } catch {
            host.log("\(record.name): \(error)")
            return false
        }
        return await ending.wait(atMost: grace) != nil
    }

    private func endAtOnce(_ ending: Signal<HypervisorEvent.Ending>) async throws(Failure) {
        do {
            try await endMachine()
        } catch {
            advance(.broke("it could not be ended: \(error)"))
            self.ending = nil
            throw explained(error, "stop")
        }
    }

    /// Ends its machine. What counts is what runs: right after its own start libvirt may refuse what it does all the same.
    func endMachine() async throws(Failure) {
        do throws(Failure) {
            do throws(Failure) {
                try await effects.destroy(id)
            } catch {
                if effects.areOver { throw error }
                _ = await Signal<Never>().wait(atMost: Self.secondLook)
                if try await effects.runningMachines().contains(id) { try await effects.destroy(id) }
            }
        } catch {
            mayStillRun = true
            throw error
        }
        mayStillRun = false
    }
}
