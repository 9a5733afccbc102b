internal import AIUSystem
internal import AIUWire
internal import CLinux

/// The first process of a VM.
package enum Agent {
    /// Runs until the VM ends. Returns only what stopped it from working at all.
    package static func run() -> String {
        let started = Uptime.milliseconds
        let early = FirstSteps.openConsole()
        if FirstSteps.isProbe { FirstSteps.answerProbe() }
        let journal = Journal(console: FirstSteps.console())
        let problems = early + RootFiles.assemble()
        let mounted = Uptime.milliseconds
        for problem in problems { journal.error(problem) }
        do throws(SystemError) {
            try serve(journal, started: started, mounted: mounted, bootProblems: problems)
            return "the event loop ended"
        } catch {
            return "\(error)"
        }
    }

    private static func serve(
        _ journal: Journal, started: Double, mounted: Double, bootProblems: [String]
    ) throws(SystemError) {
        let loop = try EventLoop()
        let context = GuestContext(loop: loop, journal: journal, settings: GuestSettings(), reaping: .everything)
        let configuration = LiveConfiguration(context: context)
        let machine = VirtualMachine()
        let facts = GuestFacts()
        let hasAssistant = Files.exists(context.settings.assistant)
        let hasDoor = Files.exists(context.settings.door)
        let features =
            [WireProtocol.configureFeature]
            + (hasAssistant ? [WireProtocol.assistFeature, WireProtocol.limitsFeature] : [])
            + (hasDoor ? [WireProtocol.networkFeature, WireProtocol.cardFeature] : [])
        let network = NetworkDoor(context: context)
        let server = OperationServer(context: context)
        var identity = BootIdentity(boot: facts.bootID)
        let link = ControlLink(context: context, machine: machine, facts: facts) { () throws(SystemError) in
            let raw = aiu_vsock_dial(VsockSocket.hostCID, WireProtocol.port)
            return FileDescriptor(owning: try SystemError.check(raw, "dial the host"))
        } hello: {
            let problems = bootProblems + configuration.problems
            return Hello(
                agentVersion: AgentVersion.current, kernel: facts.kernel,
                bootID: identity.current(contextID: facts.contextID),
                bootTimes: .init(agentStarted: started, filesMounted: mounted, dialled: Uptime.milliseconds),
                configurationDigest: configuration.digest,
                configurationProblem: problems.isEmpty ? nil : problems.joined(separator: "; "),
                processors: facts.processors, memoryBytes: facts.memoryTotal,
                features: features)
        }
        link.onConfigure = { configuration.apply($0) }
        link.onAuthority = { network.trust($0) }
        link.onCard = { network.use(card: $0) }
        link.onDeviceAway = { identity.deviceIsAway() }
        let shutdown = ShutdownSequence(context: context, machine: machine, link: link, server: server)
        link.onShutdown = { shutdown.begin($0) }
        let signals = try SignalWatch(context: context) {
            shutdown.begin(ShutdownOrder(action: .powerOff, graceMilliseconds: 5000))
        } restart: {
            shutdown.begin(ShutdownOrder(action: .reboot, graceMilliseconds: 5000))
        }
        try server.listen(port: WireProtocol.port)
        let doors = AssistantDoors(context: context, server: server)
        link.start()
        // As soon as the hello is out, or when the host is not there to hear it.
        var isLate = false
        let runLateSteps = {
            guard !isLate else { return }
            isLate = true
            LateSteps.run(context: context)
            doors.open()
            network.follow(reachesOut: configuration.reachesOut)
            configuration.onChange = { network.follow(reachesOut: configuration.reachesOut) }
        }
        link.onHello = runLateSteps
        loop.after(.milliseconds(20), runLateSteps)
        // After the hello, and also when nobody hears it. What was typed before waits in the terminal.
        let console = ConsoleShell(context: context)
        loop.after(.milliseconds(300)) { console.start() }
        shutdown.onBegin = { console.stop() }
        var kernelLog: KernelLog?
        var welcomed = false
        link.onWelcome = { _ in
            guard !welcomed else { return }
            welcomed = true
            loop.after(.milliseconds(50)) {
                kernelLog = followKernel(context)
                DiskGrowth(context: context).start()
            }
        }
        try loop.run()
        withExtendedLifetime((signals, kernelLog, console, doors, network)) {}
    }

    private static func followKernel(_ context: GuestContext) -> KernelLog? {
        do throws(SystemError) {
            return try KernelLog(context: context)
        } catch {
            context.journal.warning("the kernel's log is not forwarded: \(error)")
            return nil
        }
    }
}
