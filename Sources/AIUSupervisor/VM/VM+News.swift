internal import AIUModel
internal import AIUWire

extension VM {
    private var isUp: Bool { lifecycle.phase == .running || lifecycle.phase == .paused }

    /// Takes over a machine and a back end that run already.
    func adopt(paused: Bool) async throws(Failure) {
        do {
            accelerator = try await effects.accelerator(for: try await effects.image(digest: record.image))
        } catch {
            // It runs all the same; its next start will say more.
            host.log("\(record.name): \(error)")
        }
        noteTakeover()
        try move(.adopted(paused: paused))
        beginFollowingNetwork()
    }

    func markEnded(_ reason: String?) throws(Failure) {
        try move(reason.map { .broke($0) } ?? .ended)
    }

    func agentSaid(_ hello: Hello) async {
        lastSeen = host.clock()
        _ = silence.heard()
        hellos = (hellos.count + 1, hello)
        if let boot {
            boot.deliver(.success(hello))
            tellWaiting()
        } else if isUp {
            advance(.agentReady(hello))
            await hub.post(.agentBack, record)
            // The guest's answer comes by the way that this news came by, so nobody may wait for it here.
            Task { await self.converge() }
        }
    }

    func agentBeat(_ beat: Heartbeat) async {
        heartbeat = beat
        await agentSpoke()
    }

    /// Any word of it is a sign of life.
    func agentSpoke() async {
        lastSeen = host.clock()
        guard silence.heard(), isUp else { return }
        await hub.post(.agentBack, record, detail: "it is heard again")
    }

    func agentLeft(inOrder: Bool) async {
        guard isUp else { return }
        advance(.agentLost)
        heartbeat = nil
        // One that was lost in silence was told of then.
        let wasLost = silence.heard()
        if !inOrder, !wasLost { await hub.post(.agentLost, record) }
    }

    /// Looks whether the agent has said something since the last look. A guest that is held cannot.
    func lookAtAgent() async {
        guard lifecycle.phase == .running, lifecycle.hello != nil, holding == nil, !isHeldForDisk else {
            return silence.excuse()
        }
        guard silence.look() else { return }
        let why = "it is connected but has said nothing for \(settings.agentSilence)"
        host.log("\(record.name): the agent is lost: \(why)")
        await hub.post(.agentLost, record, detail: why)
    }

    /// QEMU holds the guest because the host's disk is full: it lost nothing, and goes on when there is room.
    func machineStalled() async {
        guard lifecycle.phase == .running else { return }
        advance(.pause)
        isHeldForDisk = false
        let why = "the host's disk is full; make room, then `aiu resume \(record.name)`"
        // The log too: the event may find no place in a database on the same disk.
        host.log("\(record.name) is paused: \(why)")
        await hub.post(.paused, record, detail: why)
    }

    func machineEnded(_ how: HypervisorEvent.Ending) async {
        if let ending {
            ending.deliver(how)
        } else if let boot {
            boot.deliver(
                .failure(Failure(.unavailable, "the machine ended while it booted (\(how.rawValue))\(consoleHint)")))
            hasLostPatience = true
            tellWaiting()
        } else if isUp {
            await endedByItself(how)
        }
    }

    /// A back end also ends when its QEMU does, and that news may come later: only then is it known which was first.
    func backEndEnded() async {
        let failure = Failure(.unavailable, "its vsock back end ended unexpectedly")
        if let boot {
            _ = await Signal<Never>().wait(atMost: Self.machineNews)
            boot.deliver(.failure(failure))
            hasLostPatience = true
            tellWaiting()
            return
        }
        guard isUp, ending == nil else { return }
        let news = Signal<HypervisorEvent.Ending>()
        ending = news
        let how = await news.wait(atMost: Self.machineNews)
        // A stop that came in between waits for the machine itself and has taken over.
        guard ending === news else { return }
        ending = nil
        if let how { return await endedByItself(how) }
        await windUp(.broke(failure.message)) { await self.release() }
    }

    private func endedByItself(_ how: HypervisorEvent.Ending) async {
        let outcome: Lifecycle.Event =
            switch how {
            case .shutdown, .destroyed: .ended
            case .panicked: .broke("the guest's kernel panicked\(consoleHint)")
            case .crashed: .broke("QEMU ended unexpectedly; see `aiu logs --console \(record.name)`")
            }
        await windUp(outcome) { await self.effects.closeBackEnd(self.id) }
    }

    /// It is stopping until all of it has ended: a start right after its failure was told must find nothing in its way.
    private func windUp(_ outcome: Lifecycle.Event, _ end: @escaping @Sendable () async -> Void) async {
        let end = Task<Result<VMView, Failure>, Never> {
            self.advance(.stop)
            await end()
            self.advance(outcome)
            self.stopping = nil
            await self.hub.post(
                self.lifecycle.failure == nil ? .stopped : .failed, self.record, detail: self.lifecycle.failure)
            return .success(self.view)
        }
        stopping = end
        _ = await end.value
        if record.ephemeral { onEphemeralEnd(id) }
    }
}
