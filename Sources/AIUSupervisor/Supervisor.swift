internal import AIUJSON
package import AIUModel
package import AIUWire

/// All VMs of one state directory.
package actor Supervisor: Control {
    private static let bootLimit: Duration = .seconds(60)
    /// Context identifiers begin after the reserved ones.
    private static let firstContextID: UInt32 = 3

    let services: Services
    let hub: EventHub
    var vms: [VMID: VM] = [:]
    var names: [VMName: VMID] = [:]
    var repairs: [String] = []
    private let identity: SupervisorIdentity
    private let started: Int64
    private let stopRequested: @Sendable () -> Void
    private var contextIDs: [VMID: UInt32] = [:]

    /// `stopRequested` is called when somebody asks the supervisor to end.
    package init(
        _ services: Services, identity: SupervisorIdentity, stopRequested: @escaping @Sendable () -> Void
    ) {
        self.services = services
        self.identity = identity
        self.stopRequested = stopRequested
        hub = EventHub(store: services.store, log: services.log)
        started = services.clock()
    }

    // MARK: Control

    package func create(_ request: CreateVM) async throws(Failure) -> VMView {
        let plan = try VMPlan(request)
        let image = try await services.images.image(flavour: plan.flavour)
        let vm = try await make(plan, image: image)
        guard request.start == true else { return await vm.view }
        do {
            return try await vm.start(within: limit(request.timeoutMilliseconds))
        } catch {
            // Asked for in one step, so undone in one step: no half-made VM stays.
            try await forget(vm, force: true)
            throw error
        }
    }

    package func start(_ name: VMName, within limit: Duration) async throws(Failure) -> VMView {
        try await find(name).start(within: limit)
    }

    package func stop(_ name: VMName, _ request: StopVM) async throws(Failure) -> VMView {
        let vm = try find(name)
        let view = try await vm.stop(request)
        if view.record.ephemeral { try await forget(vm, force: true) }
        return view
    }

    package func restart(_ name: VMName, _ request: StopVM, within limit: Duration) async throws(Failure) -> VMView {
        let vm = try find(name)
        if await vm.view.record.phase == .running { _ = try await vm.stop(request) }
        return try await vm.start(within: limit)
    }

    package func delete(_ name: VMName, force: Bool) async throws(Failure) {
        try await forget(try find(name), force: force)
    }

    package func list() async -> [VMView] {
        var views: [VMView] = []
        views.reserveCapacity(vms.count)
        for vm in vms.values { views.append(await vm.view) }
        return views.sorted { $0.record.name < $1.record.name }
    }

    package func inspect(_ name: VMName) async throws(Failure) -> VMView { await (try find(name)).view }

    package func ping(_ name: VMName) async throws(Failure) -> Duration {
        let vm = try find(name)
        try await vm.requireAgent()
        return try await services.links.ping(vm.id, within: .seconds(10))
    }

    package func beginOperation(_ request: OperationRequest, in name: VMName) async throws(Failure) -> Int32 {
        let vm = try find(name)
        try await vm.requireAgent()
        let payload: [UInt8]
        do {
            payload = try JSONText.encode(request)
        } catch {
            throw Failure(.internalError, "cannot encode the request: \(error)")
        }
        guard payload.count <= WireProtocol.longestPayload else {
            throw Failure(.invalid, "the request is longer than \(WireProtocol.longestPayload) bytes")
        }
        let socket = try await services.links.connect(vm.id)
        do {
            try services.send(Frame(.request, payload).encoded, socket)
        } catch {
            services.closeSocket(socket)
            throw error
        }
        return socket
    }

    package func readFile(_ path: String, of name: VMName) async throws(Failure) -> [UInt8] {
        let vm = try find(name)
        try await vm.requireStopped()
        return try await services.images.readFile(path, of: vm.id)
    }

    package func writeFile(_ path: String, _ bytes: [UInt8], of name: VMName) async throws(Failure) {
        let vm = try find(name)
        try await vm.requireStopped()
        try await services.images.writeFile(path, bytes, of: vm.id)
    }

    package func logs(of name: VMName) async throws(Failure) -> LogFiles {
        let folder = services.images.folder(of: try find(name).id)
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
        for vm in vms.values {
            let view = await vm.view
            counts[view.record.phase.rawValue, default: 0] += 1
            accelerator = accelerator ?? view.accelerator
        }
        return SystemStatus(
            version: APIVersion.product, apiVersion: APIVersion.current, processID: identity.processID,
            started: started, stateDirectory: identity.stateDirectory, hypervisor: identity.hypervisor,
            accelerator: accelerator, vms: counts, residentBytes: services.residentBytes(), repairs: repairs)
    }

    package func usage() async throws(Failure) -> DiskUsage { try await services.images.usage() }

    package func examine() async -> [HealthCheck] {
        var checks: [HealthCheck] = []
        for examination in services.examinations { checks += await examination() }
        return checks
    }

    package func shutDown() async { stopRequested() }

    /// Tells everyone who listens that this supervisor ends. VMs go on running.
    package func finish() async {
        await hub.post(.supervisorStopping)
        await hub.finish()
    }

    // MARK: Making and forgetting

    private func make(_ plan: VMPlan, image: BaseImage) async throws(Failure) -> VM {
        let name = try reserve(plan.name)
        let configuration = plan.configuration.canonicalBytes
        let record = VMRecord(
            id: newID(), name: name, ephemeral: plan.ephemeral, flavour: plan.flavour, image: image.digest,
            resources: plan.resources, configuration: String(decoding: configuration, as: UTF8.self),
            configurationDigest: services.digest(configuration), phase: .creating, contextID: takeContextID(),
            created: services.clock())
        let vm = enroll(record, lifecycle: .creating)
        do {
            // The intent first: a crash from here on finds the row and removes what was made.
            try services.store.insert(record)
            try await services.images.createStateDisks([
                NewStateDisk(id: record.id, size: record.resources.storage, configuration: configuration)
            ])
            try await vm.created()
        } catch {
            await undo(record)
            throw Failure(error.reason, "cannot create '\(name)': \(error.message)")
        }
        await hub.post(.created, record)
        return vm
    }

    private func undo(_ record: VMRecord) async {
        do {
            try await services.images.removeState(of: record.id)
            try services.store.delete(record.id)
        } catch {
            services.log("undoing the creation of \(record.name): \(error)")
        }
        strike(record.id)
    }

    private func forget(_ vm: VM, force: Bool) async throws(Failure) {
        try await vm.delete(force: force)
        strike(vm.id)
    }

    func strike(_ id: VMID) {
        contextIDs[id] = nil
        vms[id] = nil
        names = names.filter { $0.value != id }
    }

    func enroll(_ record: VMRecord, lifecycle: Lifecycle) -> VM {
        let vm = VM(record, lifecycle: lifecycle, services: services, hub: hub) { [weak self] id in
            Task { await self?.ephemeralEnded(id) }
        }
        vms[record.id] = vm
        names[record.name] = record.id
        contextIDs[record.id] = record.contextID
        return vm
    }

    private func ephemeralEnded(_ id: VMID) async {
        guard let vm = vms[id] else { return }
        do {
            try await forget(vm, force: true)
        } catch {
            services.log("removing an ephemeral VM: \(error)")
        }
    }

    private func reserve(_ wanted: VMName?) throws(Failure) -> VMName {
        if let wanted {
            guard names[wanted] == nil else {
                throw Failure(.conflict, "there is a VM '\(wanted)' already; `aiu inspect \(wanted)` shows it")
            }
            return wanted
        }
        while true {
            // Always a valid name: a letter first, then hex digits.
            guard let name = VMName("vm-\(VMID.random().text.prefix(6))") else { continue }
            if names[name] == nil { return name }
        }
    }

    private func newID() -> VMID {
        while true {
            let id = VMID.random()
            if vms[id] == nil { return id }
        }
    }

    private func takeContextID() -> UInt32 {
        let taken = Set(contextIDs.values)
        var candidate = Self.firstContextID
        while taken.contains(candidate) { candidate += 1 }
        return candidate
    }

    func find(_ name: VMName) throws(Failure) -> VM {
        guard let id = names[name], let vm = vms[id] else {
            throw Failure(.notFound, "there is no VM '\(name)'; `aiu ls` shows those there are\(suggestion(for: name))")
        }
        return vm
    }

    private func suggestion(for name: VMName) -> String {
        let close = names.keys.filter { $0.text.hasPrefix(name.text) || name.text.hasPrefix($0.text) }.min()
        return close.map { " (did you mean '\($0)'?)" } ?? ""
    }

    private func limit(_ milliseconds: Int?) -> Duration {
        guard let milliseconds else { return Self.bootLimit }
        return .milliseconds(max(1, min(milliseconds, 3_600_000)))
    }
}
