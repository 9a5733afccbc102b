package import AIUModel
internal import AIUSystem
internal import Glibc
internal import Synchronization

/// Runs machines through libvirt. It keeps no state of its own: what runs is what libvirt says runs, so machines that an
/// earlier process started are simply there. A libvirtd that ends takes none of them along; calls wait for the next one.
package final class LibvirtHypervisor: Hypervisor {
    private let configuration: HypervisorConfiguration
    private let link: LibvirtLink
    private let threads: BlockingThreads
    private let probe: AcceleratorProbe
    private let reaper: OrphanReaper?
    private let lastVerdict = Mutex<Accelerator?>(nil)
    /// What this host could not give to hold QEMU tighter.
    package let limitations: [String]

    /// Opens libvirt. An embedded one is configured first; what runs below its root is there at once.
    package static func open(
        _ configuration: HypervisorConfiguration, memory: AcceleratorProbe.Memory
    ) async throws(Failure) -> LibvirtHypervisor {
        let threads = BlockingThreads()
        let hypervisor = try await threads.run { () throws(Failure) in
            var limitations = try EmbeddedRoot.prepare(configuration)
            do throws(LibvirtError) {
                let link = LibvirtLink(configuration)
                let connection = try link.open()
                if case .system = configuration.driver { limitations += Self.limitations(of: connection) }
                return LibvirtHypervisor(configuration, link, threads, memory, limitations)
            } catch {
                throw error.failure
            }
        }
        await hypervisor.link.begin()
        return hypervisor
    }

    private init(
        _ configuration: HypervisorConfiguration, _ link: LibvirtLink, _ threads: BlockingThreads,
        _ memory: AcceleratorProbe.Memory, _ limitations: [String]
    ) {
        self.configuration = configuration
        self.link = link
        self.threads = threads
        self.limitations = limitations
        if case .embedded = configuration.driver {
            reaper = Self.processReaper
        } else {
            reaper = nil
        }
        probe = AcceleratorProbe(configuration, memory: memory, threads: threads)
    }

    private static func limitations(of connection: Connection) -> [String] {
        var limitations: [String] = []
        if geteuid() == 0 {
            limitations.append(
                "QEMU runs as root, as aiud does; an aiud with a user of its own would have it run as that")
        }
        if connection.securityModel() == nil {
            limitations.append("libvirtd confines QEMU with neither an AppArmor nor a SELinux profile")
        }
        return limitations
    }

    /// Being the one who reaps is a property of the whole process.
    private static let processReaper = OrphanReaper()

    deinit { link.watcher.finish() }

    package var events: AsyncStream<HypervisorEvent> { link.watcher.events }

    package func boot(_ machine: MachineDescription) async throws(Failure) {
        var facts = facts
        if let root = configuration.embeddedRoot {
            facts.keyDelivery = .pipe("\(root)/\(KeyPipe.folder)/\(MachineIdentity.domainName(of: machine.id))")
        }
        let delivery = facts.keyDelivery
        if machine.accelerator == .tcg { facts.counterKilohertz = await threads.run { CounterRate.kilohertz } }
        let description = DomainXML(machine, facts).text
        let needed = configuration.driver == .test ? [] : Self.needed(by: machine)
        let logs = configuration.embeddedRoot.map(EmulatorLogs.init)
        try await changing(repeatable: false) { (connection) throws(LibvirtError) in
            for (what, path) in needed where !Files.exists(path) {
                throw LibvirtError("start \(machine.name)", kind: .missing, message: "there is no \(what) at \(path)")
            }
            try logs?.makeRoom(for: MachineIdentity.domainName(of: machine.id)) { () throws(LibvirtError) in
                try connection.runningNames()
            }
            try Self.handingOver(machine.diskKey, of: machine, delivery, connection) { () throws(LibvirtError) in
                try connection.startTransient(description, named: machine.name.text)
            }
        }
    }

    /// Lets QEMU have the key of its disk while it starts, and nobody afterwards.
    private static func handingOver(
        _ key: DiskKey?, of machine: MachineDescription, _ delivery: MachineFacts.KeyDelivery,
        _ connection: Connection, _ start: () throws(LibvirtError) -> Void
    ) throws(LibvirtError) {
        guard let key else { return try start() }
        switch delivery {
        case .secret: try connection.withSecret(key, of: machine.id, start)
        case .pipe(let path):
            let pipe: KeyPipe
            do throws(SystemError) {
                pipe = try KeyPipe(key, at: path)
            } catch {
                throw LibvirtError(
                    "hand QEMU the key of the disk of \(machine.name)", kind: .other, message: "\(error)")
            }
            defer { pipe.close() }
            try start()
        }
    }

    package func destroy(_ id: VMID) async throws(Failure) {
        try await changing { (connection) throws(LibvirtError) in
            let name = MachineIdentity.domainName(of: id)
            guard let domain = try connection.machine(named: name) else { return }
            try domain.destroy()
        }
    }

    package func pause(_ id: VMID) async throws(Failure) {
        try await blocking { (connection) throws(LibvirtError) in
            try Self.running(id, connection, to: "pause").suspend()
        }
    }

    package func resume(_ id: VMID) async throws(Failure) {
        try await blocking { (connection) throws(LibvirtError) in
            try Self.running(id, connection, to: "resume").resume()
        }
    }

    package func pausedMachines() async throws(Failure) -> Set<VMID> {
        let names = try await blocking { (connection) throws(LibvirtError) in try connection.pausedNames() }
        return Set(names.compactMap(MachineIdentity.id(ofDomain:)))
    }

    private static func running(
        _ id: VMID, _ connection: Connection, to verb: String
    ) throws(LibvirtError) -> Domain {
        let name = MachineIdentity.domainName(of: id)
        guard let domain = try connection.machine(named: name) else {
            throw LibvirtError("\(verb) \(name)", kind: .noSuchMachine, message: "it does not run; start it first")
        }
        return domain
    }

    package func runningMachines() async throws(Failure) -> Set<VMID> {
        let names = try await blocking { (connection) throws(LibvirtError) in try connection.runningNames() }
        return Set(names.compactMap(MachineIdentity.id(ofDomain:)))
    }

    package func accelerator(for image: BaseImage) async throws(Failure) -> Accelerator {
        let verdict = try await probe.accelerator(for: image)
        lastVerdict.withLock { $0 = verdict }
        return verdict
    }

    /// Makes libvirt look at QEMU now, which takes seconds the first time, so that no start has to wait for it.
    package func warmUp() async throws(Failure) {
        guard configuration.driver != .test else { return }
        let emulator = configuration.emulator
        // libvirt waits for the end of the QEMUs that it examines too.
        try await changing { (connection) throws(LibvirtError) in
            try connection.examineEmulator(emulator, domainType: "qemu")
        }
    }

    /// Ends what is being examined right now, because this process ends: nobody else would before the next one.
    package func endExaminations() {
        guard case .embedded(let root) = configuration.driver else { return }
        EmbeddedRoot.endOrphanedProbes(root)
    }

    /// Everything that `aiu doctor` says about running machines.
    package func examine() async -> [HealthCheck] {
        let examination = HostExamination(configuration)
        var checks = await threads.run { examination.programs() }
        let libvirt = "libvirt \(LibvirtLibrary.version) (\(configuration.uri))"
        do throws(Failure) {
            let running = try await blocking(patient: false) { (connection) throws(LibvirtError) in
                try connection.runningNames().count { MachineIdentity.id(ofDomain: $0) != nil }
            }
            checks.append(HealthCheck("libvirt", .good, "\(libvirt), \(running) machines running"))
        } catch {
            checks.append(HealthCheck("libvirt", .bad, error.message))
        }
        if let verdict = lastVerdict.withLock({ $0 }) { checks.append(HostExamination.acceleration(verdict)) }
        return checks + HostExamination.confinement(limitations)
    }

    private func blocking<Value: Sendable>(
        repeatable: Bool = true, patient: Bool = true,
        _ work: @escaping @Sendable (Connection) throws(LibvirtError) -> Value
    ) async throws(Failure) -> Value {
        do throws(LibvirtError) {
            return try await link.run(repeatable: repeatable, patient: patient, work)
        } catch {
            throw error.failure
        }
    }

    /// A call that starts or ends a QEMU, which may be one that is only examined.
    private func changing(
        repeatable: Bool = true, _ work: @escaping @Sendable (Connection) throws(LibvirtError) -> Void
    ) async throws(Failure) {
        await reaper?.begin()
        do throws(Failure) {
            try await blocking(repeatable: repeatable, work)
        } catch {
            await reaper?.end()
            throw error
        }
        await reaper?.end()
    }

    private var facts: MachineFacts {
        var facts = MachineFacts(
            emulator: configuration.emulator, firmware: configuration.firmware,
            processorLimit: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), hotMemory: .init(room: Self.memoryRoom))
        facts.handsOverFiles = EmbeddedRoot.handsOverFiles(configuration)
        if case .system = configuration.driver { facts.runsAs = .init(user: geteuid(), group: getegid()) }
        if configuration.driver == .test {
            facts.fake = true
            facts.hotMemory = nil  // which the fake counts wrongly
        }
        return facts
    }

    /// Half of the host's memory: a machine may grow, and the room itself costs neither memory nor time at boot.
    private static let memoryRoom: ByteCount = {
        let bytes = UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
        // The kernel adds memory in blocks of this size.
        let block: UInt64 = 128 << 20
        return ByteCount(bytes: max(block, bytes / 2 / block * block))
    }()

    private static func needed(by machine: MachineDescription) -> [(what: String, path: String)] {
        [
            ("kernel", machine.image.kernelPath), ("root file system", machine.image.rootPath),
            ("state disk", machine.stateDiskPath), ("vsock back end", machine.vhostSocketPath),
            ("console", machine.consoleSocketPath),
        ]
    }
}
