internal import AIUModel
internal import AIUWire

/// One VM: its state, and the effects that move it on. It moves first and awaits second, so two requests never mix.
actor VM {
    /// How long libvirt's word on a machine may be behind that of the machine's back end.
    private static let machineNews: Duration = .seconds(3)

    /// How long a stop waits for the steps of a start that it interrupts.
    private static let launchLimit: Duration = .seconds(30)

    let id: VMID
    private let services: Services
    private let hub: EventHub
    /// Tells the supervisor that an ephemeral VM has stopped.
    private let onEphemeralEnd: @Sendable (VMID) -> Void
    private var record: VMRecord
    private var lifecycle: Lifecycle
    private var accelerator: Accelerator?
    private var heartbeat: Heartbeat?
    private var lastSeen: Int64 = 0
    private var readyMilliseconds: Double?
    private var boot: Signal<Result<Hello, Failure>>?
    private var ending: Signal<HypervisorEvent.Ending>?
    /// Delivered when the steps of a start are through, one way or the other: only then can they be undone.
    private var launching: Signal<Bool>?
    /// What is under way, for those who ask for the same.
    private var starting: Task<Result<VMView, Failure>, Never>?
    private var stopping: Task<Result<VMView, Failure>, Never>?

    init(
        _ record: VMRecord, lifecycle: Lifecycle, services: Services, hub: EventHub,
        onEphemeralEnd: @escaping @Sendable (VMID) -> Void
    ) {
        id = record.id
        self.record = record
        self.lifecycle = lifecycle
        self.services = services
        self.hub = hub
        self.onEphemeralEnd = onEphemeralEnd
    }

    var view: VMView {
        let agent = lifecycle.hello.map { VMView.Agent(hello: $0, heartbeat: heartbeat, lastSeen: lastSeen) }
        return VMView(
            record: record, accelerator: record.phase.isActive ? accelerator : nil,
            readyMilliseconds: record.phase == .running ? readyMilliseconds : nil, agent: agent)
    }

    // MARK: Requests

    func created() throws(Failure) { try move(.created) }

    /// Starts it. Whoever asks while it starts waits for the same start; one that runs is what was asked for.
    func start(within limit: Duration) async throws(Failure) -> VMView {
        if lifecycle.phase == .running { return view }
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

    /// Stops it. Whoever asks while it stops waits for the same stop, and may lose patience with it.
    func stop(_ request: StopVM) async throws(Failure) -> VMView {
        if stopping != nil, request.force == true, let ending { try await endAtOnce(ending) }
        if stopping == nil, lifecycle.phase == .stopped || lifecycle.phase == .failed { return view }
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

    private func startOnce(within limit: Duration) async -> Result<VMView, Failure> {
        let began = ContinuousClock.now
        do {
            try move(.start)
        } catch {
            return .failure(explained(error, "start"))
        }
        record.started = services.clock()
        let boot = Signal<Result<Hello, Failure>>()
        self.boot = boot
        do {
            try await launch()
            let hello = try await firstWords(boot, limit: limit - (.now - began))
            try move(.agentReady(hello))
        } catch {
            await abandon(error)
            return .failure(explained(error, "start"))
        }
        self.boot = nil
        lastSeen = services.clock()
        readyMilliseconds = (ContinuousClock.now - began) / .milliseconds(1)
        await hub.post(.started, record, detail: "ready after \(Int(readyMilliseconds ?? 0)) ms")
        return .success(view)
    }

    private func stopOnce(_ request: StopVM) async -> Result<VMView, Failure> {
        let reachable = lifecycle.hello != nil
        do {
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
        let grace = Duration.milliseconds(max(0, min(request.timeoutMilliseconds ?? 10_000, 600_000)))
        var ended = false
        do {
            if request.force != true, reachable { ended = await endInOrder(ending, grace: grace) }
            if !ended { try await endAtOnce(ending) }
            self.ending = nil
            await services.links.close(id)
            try move(.ended)
        } catch {
            return .failure(error)
        }
        await hub.post(.stopped, record, detail: ended ? nil : "ended by force")
        return .success(view)
    }

    func delete(force: Bool) async throws(Failure) {
        do {
            if force, lifecycle.phase == .running || lifecycle.phase == .starting {
                _ = try await stop(StopVM(force: true))
            }
            try move(.purge)
        } catch {
            throw explained(error, "delete")
        }
        await hub.post(.deleting, record)
        try await finishDeletion()
    }

    /// Removes everything that belongs to the VM; also the second half of a deletion that a crash interrupted.
    func finishDeletion() async throws(Failure) {
        await services.links.close(id)
        try await services.images.removeState(of: id)
        try services.store.delete(id)
        await hub.post(.deleted, record)
    }

    /// Refuses unless the agent can be asked.
    func requireAgent() throws(Failure) {
        guard case .running(let hello) = lifecycle else {
            throw Failure(
                .conflict,
                "'\(record.name)' is \(record.phase.rawValue), not running; `aiu start \(record.name)` starts it")
        }
        guard hello != nil else {
            throw Failure(.busy, "the agent of '\(record.name)' is not connected; see `aiu logs \(record.name)`")
        }
    }

    /// Refuses unless its disk is nobody's.
    func requireStopped() throws(Failure) {
        guard record.phase == .stopped || record.phase == .failed else {
            throw Failure(
                .conflict, "'\(record.name)' is \(record.phase.rawValue); its disk can be used only while it is stopped"
            )
        }
    }

    // MARK: News

    func adopt() async throws(Failure) {
        accelerator = try await services.hypervisor.accelerator(
            for: try await services.images.image(digest: record.image))
        try move(.adopted(paused: record.phase == .paused))
    }

    func markEnded(_ reason: String?) throws(Failure) {
        try move(reason.map { .broke($0) } ?? .ended)
    }

    func agentSaid(_ hello: Hello) async {
        lastSeen = services.clock()
        if let boot {
            boot.deliver(.success(hello))
        } else if lifecycle.phase == .running {
            advance(.agentReady(hello))
            await hub.post(.agentBack, record)
        }
    }

    func agentBeat(_ beat: Heartbeat) {
        heartbeat = beat
        lastSeen = services.clock()
    }

    func agentLeft(inOrder: Bool) async {
        guard lifecycle.phase == .running else { return }
        advance(.agentLost)
        heartbeat = nil
        if !inOrder { await hub.post(.agentLost, record) }
    }

    func machineEnded(_ how: HypervisorEvent.Ending) async {
        if let ending {
            ending.deliver(how)
        } else if let boot {
            boot.deliver(
                .failure(Failure(.unavailable, "the machine ended while it booted (\(how.rawValue))\(consoleHint)")))
        } else if lifecycle.phase == .running {
            await endedByItself(how)
        }
    }

    /// A back end also ends when its QEMU does, and that news may come later: only then is it known which was first.
    func backEndEnded() async {
        let failure = Failure(.unavailable, "its vsock back end ended unexpectedly")
        if let boot {
            _ = await Signal<Never>().wait(atMost: Self.machineNews)
            boot.deliver(.failure(failure))
            return
        }
        guard lifecycle.phase == .running, ending == nil else { return }
        let news = Signal<HypervisorEvent.Ending>()
        ending = news
        let how = await news.wait(atMost: Self.machineNews)
        // A stop that came in between waits for the machine itself and has taken over.
        guard ending === news else { return }
        ending = nil
        if let how { return await endedByItself(how) }
        advance(.broke(failure.message))
        await release()
        await hub.post(.failed, record, detail: failure.message)
        if record.ephemeral { onEphemeralEnd(id) }
    }

    // MARK: Effects

    private func launch() async throws(Failure) {
        let launching = Signal<Bool>()
        self.launching = launching
        defer { launching.deliver(true) }
        await hub.post(.starting, record)
        let image = try await services.images.image(digest: record.image)
        let accelerator = try await services.hypervisor.accelerator(for: image)
        self.accelerator = accelerator
        let folder = services.images.folder(of: id)
        let sockets = try await services.links.open(id, contextID: record.contextID, welcome: identity(in: folder))
        try await services.hypervisor.boot(
            MachineDescription(
                id: id, name: record.name, resources: record.resources, image: image,
                stateDiskPath: services.images.stateDiskPath(of: id), vhostSocketPath: sockets.vhost,
                consoleSocketPath: sockets.console, accelerator: accelerator.kind))
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
                "its agent speaks protocol \(hello.protocolVersion), this supervisor \(WireProtocol.version); install the matching image"
            )
        }
        guard hello.configurationDigest == record.configurationDigest else {
            throw Failure(.damaged, "the configuration in the guest is not the one that was injected")
        }
        return hello
    }

    private func endInOrder(_ ending: Signal<HypervisorEvent.Ending>, grace: Duration) async -> Bool {
        do {
            let order = ShutdownOrder(action: .powerOff, graceMilliseconds: Int(grace / .milliseconds(2)))
            try await services.links.order(order, to: id)
        } catch {
            services.log("\(record.name): \(error)")
            return false
        }
        return await ending.wait(atMost: grace) != nil
    }

    private func endAtOnce(_ ending: Signal<HypervisorEvent.Ending>) async throws(Failure) {
        do {
            try await services.hypervisor.destroy(id)
        } catch {
            advance(.broke("it could not be ended: \(error)"))
            self.ending = nil
            throw explained(error, "stop")
        }
    }

    private func endedByItself(_ how: HypervisorEvent.Ending) async {
        switch how {
        case .shutdown, .destroyed: advance(.ended)
        case .panicked: advance(.broke("the guest's kernel panicked\(consoleHint)"))
        case .crashed: advance(.broke("QEMU ended unexpectedly; see `aiu logs --console \(record.name)`"))
        }
        await services.links.close(id)
        await hub.post(lifecycle.failure == nil ? .stopped : .failed, record, detail: lifecycle.failure)
        if record.ephemeral { onEphemeralEnd(id) }
    }

    private func abandon(_ failure: Failure) async {
        boot = nil
        // A stop that came in between has taken over; it releases everything itself.
        guard lifecycle.phase == .starting else { return }
        await release()
        advance(.broke(failure.message))
        await hub.post(.failed, record, detail: failure.message)
    }

    private func release() async {
        do {
            try await services.hypervisor.destroy(id)
        } catch {
            services.log("\(record.name): \(error)")
        }
        await services.links.close(id)
    }

    func identity(in folder: String) -> GuestIdentity {
        GuestIdentity(
            hostname: record.name.text, logPath: "\(folder)/agent.log", consolePath: "\(folder)/console.log")
    }

    // MARK: State

    private func move(_ event: Lifecycle.Event) throws(Failure) {
        let next = try lifecycle.applying(event)
        var changed = record
        changed.phase = next.phase
        changed.failure = next.failure
        // The database first: what it refuses does not happen.
        if changed != record { try services.store.update(changed) }
        record = changed
        lifecycle = next
    }

    /// Moves on news from outside, which cannot be refused: the world has changed already.
    private func advance(_ event: Lifecycle.Event) {
        do {
            try move(event)
        } catch {
            services.log("\(record.name): \(error)")
        }
    }

    private func explained(_ failure: Failure, _ verb: String) -> Failure {
        Failure(failure.reason, "cannot \(verb) '\(record.name)': \(failure.message)")
    }

    private var consoleHint: String { "; see `aiu logs --console \(record.name)`" }
}
