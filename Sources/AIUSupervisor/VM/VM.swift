internal import AIUModel
internal import AIUWire

/// One VM: its state, and the effects that move it on. It moves first and awaits second, so two requests never mix.
actor VM {
    /// How long libvirt's word on a machine may be behind that of the machine's back end.
    static let machineNews: Duration = .seconds(3)
    /// How long after a refusal a machine is looked at again.
    static let secondLook: Duration = .milliseconds(200)
    /// How long a stop waits for the steps of a start that it interrupts.
    static let launchLimit: Duration = .seconds(30)

    let id: VMID
    let effects: Effects
    let host: Host
    let hub: EventHub
    let settings: SupervisorSettings
    /// Tells the supervisor that an ephemeral VM has stopped.
    let onEphemeralEnd: @Sendable (VMID) -> Void
    private(set) var record: VMRecord
    private(set) var lifecycle: Lifecycle {
        didSet { tellWaiting() }
    }
    var accelerator: Accelerator?
    var heartbeat: Heartbeat?
    var lastSeen: Int64 = 0
    var silence = AgentSilence()
    var readyMilliseconds: Double?
    /// By the clock that nobody can set.
    private var startedSteady: Duration?
    var boot: Signal<Result<Hello, Failure>>?
    var ending: Signal<HypervisorEvent.Ending>?
    /// Those who wait for an agent that is not connected.
    var waiting: [Signal<Bool>] = []
    /// How often the agent has greeted, and what it said the last time.
    var hellos: (count: Int, last: Hello?) = (0, nil)
    /// Somebody who wants it stopped does not wait for its agent any more, nor does anybody whose machine has ended.
    var hasLostPatience = false
    /// Delivered when the steps of a start are through, one way or the other: only then can they be undone.
    var launching: Signal<Bool>?
    /// What is under way, for those who ask for the same.
    var starting: Task<Result<VMView, Failure>, Never>?
    var stopping: Task<Result<VMView, Failure>, Never>?
    var holding: Holding?
    /// It could not be ended: its disk may still be in use.
    var mayStillRun = false
    /// How many read or write its disk right now, and whether it is paused only for that time.
    var diskUsers = 0
    var isHeldForDisk = false
    /// The last change of what it may reach that is under way.
    var networkChange: Task<Void, Never>?
    var networkRules: EgressRules?
    var networkSequence: Int64 = 0
    /// Its configuration is being changed, or the guest is being brought in line with it.
    var isConfiguring = false

    init(
        _ record: VMRecord, lifecycle: Lifecycle, effects: Effects, host: Host, hub: EventHub,
        settings: SupervisorSettings, onEphemeralEnd: @escaping @Sendable (VMID) -> Void
    ) {
        id = record.id
        self.record = record
        self.lifecycle = lifecycle
        self.effects = effects
        self.host = host
        self.hub = hub
        self.settings = settings
        self.onEphemeralEnd = onEphemeralEnd
    }

    var view: VMView {
        let agent = lifecycle.hello.map {
            VMView.Agent(hello: $0, heartbeat: heartbeat, lastSeen: lastSeen, silent: silence.isLost)
        }
        let isUp = record.phase == .running || record.phase == .paused
        return VMView(
            record: record, accelerator: record.phase.isActive ? accelerator : nil,
            readyMilliseconds: isUp ? readyMilliseconds : nil, uptimeMilliseconds: isUp ? uptime : nil, agent: agent)
    }

    // MARK: State

    /// Moves on, and changes what else is to be remembered with it: both or neither.
    func move(_ event: Lifecycle.Event, _ change: (inout VMRecord) -> Void = { _ in }) throws(Failure) {
        let next = try lifecycle.applying(event)
        try remember { record in
            change(&record)
            record.phase = next.phase
            record.failure = next.failure
        }
        lifecycle = next
    }

    /// Changes what is written down. The database first: what it refuses does not happen.
    func remember(_ change: (inout VMRecord) -> Void) throws(Failure) {
        var changed = record
        change(&changed)
        if changed != record { try effects.update(changed) }
        record = changed
    }

    /// As `remember`, together with a revision of its configuration: both or neither.
    func save(_ revision: ConfigurationRevision, _ change: (inout VMRecord) -> Void = { _ in }) throws(Failure) {
        var changed = record
        change(&changed)
        try effects.save(revision, with: changed)
        record = changed
    }

    /// Moves on news from outside, which cannot be refused: the world has changed already, also where the database cannot
    /// take it because its disk is full. The next move writes it, and a recovery finds it out by itself.
    func advance(_ event: Lifecycle.Event) {
        let next: Lifecycle
        do {
            next = try lifecycle.applying(event)
        } catch {
            return host.log("\(record.name): \(error)")
        }
        do {
            try move(event)
        } catch {
            host.log("\(record.name): \(error)")
            record.phase = next.phase
            record.failure = next.failure
            lifecycle = next
        }
    }

    /// Notes what reaches the database with the next move.
    func noteStart() {
        record.started = host.clock()
        startedSteady = host.steady()
    }

    /// Of one that an earlier supervisor started, only the wall clock can tell; from here on it is not asked again.
    func noteTakeover() {
        guard let started = record.started else { return }
        startedSteady = host.steady() - .milliseconds(max(0, host.clock() - started))
    }

    private var uptime: Int64? { startedSteady.map { Int64((host.steady() - $0) / .milliseconds(1)) } }

    // MARK: Checks

    /// Refuses unless it has a serial port right now.
    func requireActive() throws(Failure) {
        guard record.phase.isActive else {
            throw Failure(
                .conflict,
                "'\(record.name)' is \(record.phase.rawValue), not running; `aiu start \(record.name)` starts it")
        }
    }

    /// Refuses while something is under way that must not be mixed with.
    func requireIdle() throws(Failure) {
        if let holding {
            throw Failure(.busy, "it is being \(holding.work.rawValue); try again in a moment")
        }
        if diskUsers > 0 {
            throw Failure(.busy, "its disk is being read or written; try again when that is done")
        }
    }

    func explained(_ failure: Failure, _ verb: String) -> Failure {
        Failure(failure.reason, "cannot \(verb) '\(record.name)': \(failure.message)")
    }

    var consoleHint: String { "; see `aiu logs --console \(record.name)`" }

    func identity(in folder: String) -> GuestIdentity {
        GuestIdentity(
            hostname: record.name.text, logPath: "\(folder)/agent.log", consolePath: "\(folder)/console.log")
    }
}
