internal import AIUJSON
package import AIUModel
internal import AIUPolicy
package import AIUWire

/// All VMs of one state directory.
package actor Supervisor: Control {
    private static let bootLimit: Duration = .seconds(60)

    let effects: Effects
    let host: Host
    let hub: EventHub
    let settings: SupervisorSettings
    nonisolated let policies: PolicyKeeper
    /// All VMs, also those that are deleted and kept.
    var vms: [VMID: VM] = [:]
    /// Those that are not deleted.
    var names: [VMName: VMID] = [:]
    /// Those that can be recovered, as they were when they were deleted.
    var kept: [VMID: VMRecord] = [:]
    var contextIDs: [VMID: UInt32] = [:]
    var repairs: [String] = []
    /// Deletions under way, for those who ask for the same.
    var deletions: [VMID: Deletion] = [:]
    /// Archives on their way, until the last one has ended.
    var transfers: [Int: Transfer] = [:]
    var nextTransfer = 0
    var keptTimes = KeptTimes()
    var sweeper: Task<Void, Never>?
    var watch: Task<Void, Never>?
    private let identity: SupervisorIdentity
    private let started: Int64
    private let startedSteady: Duration
    private let stopRequested: @Sendable () -> Void

    /// `stopRequested` is called when somebody asks the supervisor to end.
    package init(
        _ services: Services, identity: SupervisorIdentity, settings: SupervisorSettings = SupervisorSettings(),
        stopRequested: @escaping @Sendable () -> Void
    ) {
        self.identity = identity
        self.settings = settings
        self.stopRequested = stopRequested
        host = services.host
        policies = services.host.policies
        effects = Effects(services.seams)
        hub = EventHub(effects, log: services.host.log)
        started = services.host.clock()
        startedSteady = services.host.steady()
    }

    // MARK: Control

    package func create(_ request: CreateVM) async throws(Failure) -> VMView {
        var plan = try VMPlan(request) { () throws(Failure) in try effects.profiles() }
        plan.project = try project(request.project, for: request.owner)
        let policy = policies.effective(
            PolicySubject(user: plan.owner, vm: plan.name, project: plan.project))
        if policy.encryptionScope != nil { plan.configuration.resources.encryption = true }
        try policy.check(plan.configuration, after: .default)
        _ = try effects.modelChoice(for: plan.configuration, under: policy)
        let image = try await effects.image(flavour: plan.flavour)
        let vm = try await make(plan, image: image)
        guard request.start == true else { return await vm.view }
        do {
            return try await vm.start(within: limit(request.timeoutMilliseconds))
        } catch {
            // Asked for in one step, so undone in one step: no half-made VM stays.
            try await delete(vm, DeleteVM(force: true, purge: true))
            throw error
        }
    }

    package func start(_ name: VMName, within limit: Duration) async throws(Failure) -> VMView {
        try await find(name).start(within: limit)
    }

    package func stop(_ name: VMName, _ request: StopVM) async throws(Failure) -> VMView {
        let vm = try find(name)
        let view = try await vm.stop(request)
        if view.record.ephemeral { try await delete(vm, DeleteVM(force: true, purge: true)) }
        return view
    }

    package func restart(_ name: VMName, _ request: StopVM, within limit: Duration) async throws(Failure) -> VMView {
        let vm = try find(name)
        let phase = await vm.view.record.phase
        if phase == .running || phase == .paused {
            // One that could not start again goes on running.
            do {
                _ = try await vm.modelDisks()
                _ = try await vm.diskKey()
                try await vm.requireQuota()
            } catch {
                throw await vm.explained(error, "restart")
            }
            _ = try await vm.stop(request)
        }
        return try await vm.start(within: limit)
    }

    package func delete(_ name: VMName, _ request: DeleteVM) async throws(Failure) {
        try await delete(try find(name), request)
    }

    package func list() async -> [VMView] {
        var views: [VMView] = []
        views.reserveCapacity(names.count)
        for id in Array(names.values) {
            if let vm = vms[id] { views.append(await vm.view) }
        }
        return views.sorted { $0.record.name < $1.record.name }
    }

    package func inspect(_ name: VMName) async throws(Failure) -> VMView { await (try find(name)).view }

    package func ping(_ name: VMName) async throws(Failure) -> Duration {
        let vm = try find(name)
        try await vm.reachAgent()
        return try await effects.ping(vm.id, within: .seconds(10))
    }

    package func beginOperation(_ request: OperationRequest, in name: VMName) async throws(Failure) -> Int32 {
        let vm = try find(name)
        try await vm.reachAgent()
        if case .assist = request {
            let features = await vm.view.agent?.hello.features ?? []
            guard features.contains(WireProtocol.assistFeature) else { throw .noAssistant(in: name) }
        }
        let payload: [UInt8]
        do {
            payload = try JSONText.encode(request)
        } catch {
            throw Failure(.internalError, "cannot encode the request: \(error)")
        }
        guard payload.count <= WireProtocol.longestPayload else {
            throw Failure(.invalid, "the request is longer than \(WireProtocol.longestPayload) bytes")
        }
        let socket = try await effects.connect(vm.id)
        do {
            try host.send(Frame(.request, payload).encoded, socket)
        } catch {
            host.closeSocket(socket)
            throw error
        }
        return socket
    }

    package func readFile(_ path: String, of name: VMName) async throws(Failure) -> [UInt8] {
        try await withDisk(of: try find(name), live: false) { (vm: VM) async throws(Failure) in
            try await effects.readFile(path, of: vm.id)
        }
    }

    package func writeFile(_ path: String, _ bytes: [UInt8], of name: VMName) async throws(Failure) {
        try await withDisk(of: try find(name), live: false) { (vm: VM) async throws(Failure) in
            try await effects.writeFile(path, bytes, of: vm.id)
        }
    }

    /// Keeps a VM's disk still for the time of the body.
    private func withDisk<Result: Sendable>(
        of vm: VM, live: Bool, _ body: (VM) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        do {
            try await vm.borrowDisk(live: live, otherwise: "its disk can be used only while it is stopped")
        } catch {
            throw await vm.explained(error, "use the disk of")
        }
        do throws(Failure) {
            let result = try await body(vm)
            await vm.returnDisk()
            return result
        } catch {
            await vm.returnDisk()
            throw error
        }
    }

    package func logs(of name: VMName) async throws(Failure) -> LogFiles {
        logFiles(of: try find(name).id)
    }

    func logFiles(of id: VMID) -> LogFiles {
        let folder = effects.folder(of: id)
        return LogFiles(
            agent: ["\(folder)/agent.log.1", "\(folder)/agent.log"],
            console: ["\(folder)/console.log.1", "\(folder)/console.log"])
    }

    package func events(after sequence: Int64, limit: Int) async throws(Failure) -> [VMEvent] {
        try await hub.past(after: sequence, limit: limit)
    }

    package func eventStream(after sequence: Int64) async throws(Failure) -> AsyncStream<VMEvent> {
        try await hub.stream(after: sequence)
    }

    package func status() async -> SystemStatus {
        var counts: [String: Int] = [:]
        var accelerator: Accelerator?
        for vm in Array(vms.values) {
            let view = await vm.view
            counts[view.record.phase.rawValue, default: 0] += 1
            accelerator = accelerator ?? view.accelerator
        }
        return SystemStatus(
            version: APIVersion.product, apiVersion: APIVersion.current, processID: identity.processID,
            started: started, uptimeMilliseconds: Int64((host.steady() - startedSteady) / .milliseconds(1)),
            stateDirectory: identity.stateDirectory, hypervisor: identity.hypervisor,
            accelerator: accelerator, vms: counts, residentBytes: host.residentBytes(), repairs: repairs)
    }

    package func usage() async throws(Failure) -> DiskUsage {
        var usage = try await effects.usage()
        usage.models = ByteCount(bytes: try await effects.storedModels().values.reduce(0) { $0 + $1.bytes })
        return usage
    }

    package func examine() async -> [HealthCheck] {
        var checks: [HealthCheck] = []
        for examination in host.examinations { checks += await examination() }
        return checks
    }

    package func shutDown() async { stopRequested() }

    /// Tells everyone who listens that this supervisor ends. VMs go on running.
    package func finish() async {
        sweeper?.cancel()
        watch?.cancel()
        await endTransfers()
        await hub.post(.supervisorStopping)
        await hub.finish()
    }

    func find(_ name: VMName) throws(Failure) -> VM {
        guard let id = names[name], let vm = vms[id] else {
            throw Failure(.notFound, "there is no VM '\(name)'; \(hint(for: name))")
        }
        return vm
    }

    private func hint(for name: VMName) -> String {
        if kept.values.contains(where: { $0.name == name }) {
            return "a deleted one of that name can be recovered with `aiu recover \(name)`"
        }
        let close =
            NearestName.find(name.text, in: names.keys.map(\.text))
            ?? names.keys.map(\.text).filter { $0.hasPrefix(name.text) || name.text.hasPrefix($0) }.min()
        return "`aiu ls` shows those there are" + (close.map { " (did you mean '\($0)'?)" } ?? "")
    }

    private func limit(_ milliseconds: Int?) -> Duration {
        guard let milliseconds else { return Self.bootLimit }
        return .milliseconds(max(1, min(milliseconds, 3_600_000)))
    }
}
