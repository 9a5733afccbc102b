internal import AIUAPI
internal import AIUArchive
internal import AIUAudit
internal import AIUDigest
internal import AIUEgressLink
internal import AIUGuestLink
internal import AIUHypervisor
internal import AIUImages
internal import AIULogin
internal import AIUMeter
internal import AIUModel
internal import AIUModels
internal import AIUNetLink
internal import AIUPolicy
internal import AIUSandbox
internal import AIUSeal
internal import AIUStore
internal import AIUSupervisor
internal import AIUSystem
internal import AIUTokens
internal import CLinux
internal import Glibc

/// The composition root: the only place that knows every adapter.
struct Daemon {
    private let log = Log("aiud")

    func run(_ options: DaemonOptions) async throws(Failure) {
        Memory.shareHeaps()
        let stopRequests = StopRequests()
        let directories = try Startup.directories(options)
        Startup.setEnvironment(directories)
        let configuration = try Startup.configuration(options)
        Log.configure(threshold: configuration.logLevel.threshold)
        let lock = try StateLock(directories.lock)
        if configuration.roles != nil { try Startup.admitEverybody(directories) }
        // Only whoever holds the state: a second aiud that is refused says so in the same file.
        Log.rotate(LogRotation(directories.log))
        let networks = Startup.networks()
        do {
            // Before the first thread is started: privileges belong to threads, and each inherits its maker's.
            try DaemonPrivileges.reduce()
            try hideMemory()
            try stopRequests.listenToSignals()
        } catch {
            throw Failure(.internalError, "cannot prepare the process: \(error)")
        }
        var teardown = Teardown()
        do {
            try await serve(directories, configuration, stopRequests, networks, &teardown)
            Notifier(environment: Startup.environment).ready()
            log.info("serves \(directories.state) on \(directories.socket)")
            let reason = await stopRequests.wait()
            log.info("ends: \(reason)")
            Notifier(environment: Startup.environment).stopping()
        } catch {
            await teardown.run()
            throw error
        }
        await teardown.run()
        // Held until here: nobody else may touch the state while this one still works on it.
        withExtendedLifetime(lock) {}
    }

    /// Keys of disks pass through it, and through what it starts, and belong into no core file.
    private func hideMemory() throws(SystemError) {
        try SystemError.check(aiu_hide_memory(), "hide the memory")
        var none = rlimit()
        let core = __rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue))
        try SystemError.checkErrno(unsafe setrlimit(core, &none), "forbid core files")
    }

    private func serve(
        _ directories: Directories, _ configuration: DaemonConfiguration, _ stopRequests: StopRequests,
        _ networks: Result<NetHelper, NetProblem>, _ teardown: inout Teardown
    ) async throws(Failure) {
        let store = try SQLiteStore(path: directories.database)
        try SameHypervisor.require(configuration.hypervisor, store)
        let log = log
        teardown.add("the database", within: .seconds(5)) {
            do throws(Failure) {
                try store.settle()
            } catch {
                log.warning("\(error)")
            }
        }
        let hypervisor = try await LibvirtHypervisor.open(
            hypervisorConfiguration(directories, configuration), memory: memory(store))
        teardown.add("libvirt", within: .seconds(3)) { hypervisor.endExaminations() }
        let policies = PolicyKeeping(directories, store)
        let forwarder = configuration.auditForward.map { AuditForwarder(path: $0) }
        let audit = try audit(directories, configuration, policies.keeper, forwarder)
        teardown.add("the audit", within: .seconds(2)) { audit.close() }
        try policies.open(audit)
        let ledger = try ledger(directories, &teardown)
        let seal = try SecretSeal(folder: Startup.environment("CREDENTIALS_DIRECTORY"))
        let images = try images(directories, store, seal)
        let links = try VsockLinks(
            GuestLinkConfiguration(
                backEnd: try Startup.program("aiu-vsockd"), runDirectory: directories.run,
                heartbeat: .milliseconds(configuration.heartbeatMilliseconds)))
        let egress = try egress(directories, seal, networks)
        let supervisor = Supervisor(
            Services(
                hypervisor: hypervisor, images: images, store: store, links: links, archives: ArchiveService(),
                models: try ModelStore(folder: directories.models), catalogue: store,
                policies: policies.keeper,
                egress: egress,
                digest: { SHA256.hex(of: $0) }, clock: { Timestamp.now.milliseconds },
                residentBytes: Memory.residentBytes,
                examinations: [
                    { await hypervisor.examine() }, { images.examine() }, { [policies.keeper.examine()] },
                    { [await ledger.examine()] }, { forwarder.map { [$0.examine()] } ?? [] },
                    { await EgressPrograms.examine(egress) },
                ],
                send: Self.send, closeSocket: { close($0) }, failPoint: try FailPoint.hook(Startup.environment),
                log: { log.warning($0) }),
            identity: SupervisorIdentity(
                processID: getpid(), stateDirectory: directories.state,
                hypervisor: configuration.hypervisor == .embedded ? "libvirt (embedded)" : "libvirt (qemu:///system)"),
            settings: SupervisorSettings(
                keepDeleted: .seconds(3600 * configuration.keepDeletedHours),
                agentSilence: configuration.agentSilence, imageModels: Startup.imageModels()),
            stopRequested: { stopRequests.request("asked through the API") })
        try await supervisor.recover()
        teardown.add("the supervisor", within: .seconds(5)) { await supervisor.finish() }
        stopRequests.whenHungUp { await policies.reload(supervisor, audit) }
        let tokens = try tokens(supervisor, policies.keeper, ledger)
        do {
            let server = try APIServer(
                at: directories.socket, control: supervisor, audit: audit,
                access: Access(configuration.roles, administrators: [0, getuid()]), tokens: store,
                listen: configuration.listen, logins: try logins(configuration), metering: tokens,
                ledger: ledger)
            teardown.add("the API", within: .seconds(10)) { await server.stop(within: .seconds(5)) }
        } catch {
            throw Failure(.unavailable, "cannot serve the API: \(error)")
        }
        Task {
            for await news in ledger.news { await supervisor.tell(news) }
        }
        prepare(hypervisor, images)
    }

    /// What takes seconds once per host is done ahead, so that the first launch need not wait for it.
    private func prepare(_ hypervisor: LibvirtHypervisor, _ images: ImageStore) {
        let log = log
        Task {
            do {
                try await hypervisor.warmUp()
                let image = try await images.image(flavour: VMPlan.defaultFlavour)
                let accelerator = try await hypervisor.accelerator(for: image)
                images.setForceTCG(accelerator.kind == .tcg)
                try await images.prepare()
            } catch {
                // Whoever launches a VM meets the same obstacle and is told what to do about it.
                log.warning("\(error)")
            }
        }
    }

    private func hypervisorConfiguration(
        _ directories: Directories, _ configuration: DaemonConfiguration
    ) -> HypervisorConfiguration {
        var result = HypervisorConfiguration(
            configuration.hypervisor == .embedded
                ? .embedded(root: "\(directories.state)/libvirt") : .system(socket: configuration.libvirtSocket))
        result.acceleratorOverride =
            Startup.environment("AIU_ACCELERATOR")
            ?? (configuration.accelerator == .auto ? nil : configuration.accelerator.rawValue)
        return result
    }

    private func images(
        _ directories: Directories, _ store: SQLiteStore, _ seal: SecretSeal?
    ) throws(Failure) -> ImageStore {
        try ImageStore(
            // libguestfs hangs for ever on a KVM that does not work, so it gets KVM only once that is proven.
            ImageStoreConfiguration(stateDirectory: directories.state, forceTCG: true, seal: seal) { id in
                // A VM that cannot be looked up has no image to read from, which is said where it is needed.
                try? store.allVMs().first { $0.id == id }?.image
            })
    }

    /// Nobody is asked unless somebody may come over the network.
    private func logins(_ configuration: DaemonConfiguration) throws(Failure) -> LoginHelper? {
        guard let login = configuration.login else { return nil }
        return LoginHelper(program: try Startup.program("aiu-login"), login)
    }

    /// Without its program VMs run all the same, and reach nothing.
    private func egress(
        _ directories: Directories, _ seal: SecretSeal?, _ networks: Result<NetHelper, NetProblem>
    ) throws(Failure) -> EgressPrograms? {
        let program: String
        do throws(Failure) {
            program = try Startup.program("aiu-egress")
        } catch {
            log.warning("no VM can reach anything: \(error)")
            return nil
        }
        var settings = EgressSettings(
            program: program, runDirectory: directories.run, folder: "\(directories.state)/egress",
            secretsFolder: "\(directories.state)/secrets")
        settings.roots = Startup.egressRoots
        settings.networks = networks
        settings.seal = seal
        return try EgressPrograms(settings)
    }

    private func audit(
        _ directories: Directories, _ configuration: DaemonConfiguration, _ policies: PolicyKeeper,
        _ forwarder: AuditForwarder?
    ) throws(Failure) -> AuditLog {
        var settings = AuditLog.Settings()
        settings.keep = .seconds(86_400 * configuration.keepAuditDays)
        if let forwarder { settings.forward = { forwarder.forward($0) } }
        return try AuditLog(
            folder: directories.audit, settings: settings, policy: { policies.version },
            now: { Timestamp.now.milliseconds })
    }

    private func ledger(_ directories: Directories, _ teardown: inout Teardown) throws(Failure) -> SQLiteLedger {
        let ledger = try SQLiteLedger(
            database: directories.ledger, meter: directories.meter, settings: .current())
        teardown.add("the ledger of tokens", within: .seconds(5)) { ledger.close() }
        return ledger
    }

    private func tokens(
        _ supervisor: Supervisor, _ policies: PolicyKeeper, _ ledger: SQLiteLedger
    ) throws(Failure) -> TokenServices {
        let program = try Startup.program("aiu-tokens")
        do throws(SystemError) {
            let counter = try TokenCounter(program: program)
            let meter = try Meter(
                vocabularies: supervisor, policies: policies, ledger: ledger, counter: counter)
            return TokenServices(counter: counter, metering: meter)
        } catch {
            throw Failure(.internalError, "tokens cannot be counted: \(error)")
        }
    }

    private func memory(_ store: SQLiteStore) -> AcceleratorProbe.Memory {
        let log = log
        return AcceleratorProbe.Memory(
            // A verdict that cannot be read or kept only means another probe.
            recall: { try? store.fact($0) },
            keep: { key, value in
                do throws(Failure) {
                    try store.setFact(key, value)
                } catch {
                    log.warning("the accelerator's verdict was not kept: \(error)")
                }
            })
    }

    private static func send(_ bytes: [UInt8], to socket: Int32) throws(Failure) {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    socket, buffer.baseAddress?.advanced(by: offset), buffer.count - offset,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(.unavailable, "the agent closed the connection") }
            offset += count
        }
    }
}

extension DaemonConfiguration.LogLevel {
    var threshold: Log.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
