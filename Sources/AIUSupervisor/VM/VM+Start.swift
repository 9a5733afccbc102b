internal import AIUModel
internal import AIUWire

extension VM {
    /// Starts it. Whoever asks while it starts waits for the same start; one that runs is what was asked for.
    func start(within limit: Duration) async throws(Failure) -> VMView {
        if lifecycle.phase == .running { return view }
        if starting == nil {
            do {
                try requireIdle()
                try requireSteadyConfiguration()
            } catch {
                throw explained(error, "start")
            }
        }
        let start =
            self.starting
            ?? Task {
                let outcome = await self.startOnce(within: limit)
                self.starting = nil
                return outcome
            }
        self.starting = start
        return try await start.value.get()
    }

    private func startOnce(within limit: Duration) async -> Result<VMView, Failure> {
        let began = ContinuousClock.now
        let models: [ModelDisk]
        let key: DiskKey?
        do {
            models = try await modelDisks()
            key = try await diskKey()
            // Somebody may have begun something else meanwhile.
            try requireIdle()
            try requireSteadyConfiguration()
            let names = models.compactMap { ModelName($0.model.name) }
            try host.policies.counted { () throws(Failure) in
                try requireQuota()
                try move(.start) { $0.models = names }
            }
        } catch {
            return .failure(explained(error, "start"))
        }
        noteStart()
        silence = AgentSilence()
        hasLostPatience = false
        let boot = Signal<Result<Hello, Failure>>()
        self.boot = boot
        do {
            try await launch(with: models, key)
            let hello = try await settle(try await firstWords(boot, limit: limit - (.now - began)))
            try move(.agentReady(hello))
        } catch {
            await abandon(error)
            return .failure(explained(error, "start"))
        }
        await networkChange?.value
        self.boot = nil
        lastSeen = host.clock()
        readyMilliseconds = (ContinuousClock.now - began) / .milliseconds(1)
        await hub.post(.started, record, detail: "ready after \(Int(readyMilliseconds ?? 0)) ms")
        return .success(view)
    }

    private func launch(with models: [ModelDisk], _ key: DiskKey?) async throws(Failure) {
        let launching = Signal<Bool>()
        self.launching = launching
        defer { launching.deliver(true) }
        await hub.post(.starting, record)
        if mayStillRun { try await endFormerMachine() }
        let image = try await effects.image(digest: record.image)
        let accelerator = try await effects.accelerator(for: image)
        self.accelerator = accelerator
        try await followResources()
        try await bringDiskInLine()
        let folder = effects.folder(of: id)
        let sockets = try await effects.openBackEnd(id, contextID: record.contextID, welcome: identity(in: folder))
        let card = await makeCard()
        // Meanwhile the guest boots.
        beginFollowingNetwork()
        try await effects.boot(
            MachineDescription(
                id: id, name: record.name, resources: record.resources, image: image,
                stateDiskPath: effects.diskPath(of: id), diskKey: key, vhostSocketPath: sockets.vhost,
                consoleSocketPath: sockets.console, accelerator: accelerator.kind,
                models: models, card: card))
    }

    /// The news of its end must not be taken for that of the machine that comes next.
    private func endFormerMachine() async throws(Failure) {
        let news = Signal<HypervisorEvent.Ending>()
        ending = news
        defer { if ending === news { ending = nil } }
        try await endMachine()
        _ = await news.wait(atMost: Self.machineNews)
    }

    /// A configuration that was changed while nobody could write the disk reaches it before the guest reads it.
    private func bringDiskInLine() async throws(Failure) {
        guard record.configurationOnDisk != record.configurationDigest else { return }
        do {
            try await effects.writeConfiguration(
                Array(record.configuration.utf8), of: id, over: record.configurationOnDisk)
        } catch {
            return host.log("\(record.name): the guest gets its configuration when it is up: \(error)")
        }
        try remember { $0.configurationOnDisk = $0.configurationDigest }
    }

    private func firstWords(
        _ boot: Signal<Result<Hello, Failure>>, limit: Duration
    ) async throws(Failure) -> Hello {
        guard let words = await boot.wait(atMost: max(.zero, limit)) else {
            throw Failure(.timedOut, "its agent did not answer in time\(consoleHint)")
        }
        let hello = try words.get()
        guard hello.protocolVersion == WireProtocol.version else {
            throw Failure(
                .unsupported,
                "its agent speaks protocol \(hello.protocolVersion), this supervisor \(WireProtocol.version); "
                    + "install the matching image")
        }
        return hello
    }

    private func abandon(_ failure: Failure) async {
        boot = nil
        // A stop that came in between has taken over; it releases everything itself.
        guard lifecycle.phase == .starting else { return }
        await release()
        advance(.broke(failure.message))
        await hub.post(.failed, record, detail: failure.message)
    }

    /// Ends whatever of its machine and back end there is.
    func release() async {
        do {
            try await endMachine()
        } catch {
            host.log("\(record.name): \(error)")
        }
        await effects.closeBackEnd(id)
    }
}
