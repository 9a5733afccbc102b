import AIUModel
import AIUSupervisor
import AIUWire
import Synchronization

/// A supervisor among fakes: guests that boot at once and power off when asked, unless a test says otherwise.
final class World: Sendable {
    enum Guest: Sendable { case answers, wrongDigest, otherProtocol, silent, panics }

    let hypervisor: FakeHypervisor
    let images = FakeImages()
    let store = FakeStore()
    let links: FakeLinks
    let models = FakeModels()
    let policies: PolicyKeeper
    let policyStore: FakePolicyStore
    let policyFile: FakePolicyFile
    let egress = FakeEgress()
    /// Those that a test did not bring itself.
    let archives = FakeArchives()
    let supervisor: Supervisor
    let clock: Clock
    /// What the supervisor logged.
    let log = Notes()
    /// Takes the place of an hour's sleep.
    let hours: AsyncStream<Void>.Continuation
    /// Takes the place of the time between two looks at the agents.
    let looks: AsyncStream<Void>.Continuation

    init(
        guest: Guest = .answers, records: [VMRecord] = [], running: Set<VMID> = [], backEnds: Set<VMID> = [],
        archives: (any Archives)? = nil, policyStore: FakePolicyStore = FakePolicyStore(),
        policyFile: FakePolicyFile = FakePolicyFile(), people: PolicyPeople? = nil,
        patience: Duration = .milliseconds(100)
    ) {
        let links = FakeLinks()
        let store = store
        self.links = links
        let box = Box()
        hypervisor = FakeHypervisor { id in
            switch guest {
            case .silent: break
            case .panics: box.hypervisor?.end(id, .panicked)
            case .answers, .wrongDigest, .otherProtocol:
                let known = store.state.withLock { $0.records[id]?.configurationDigest }
                let digest = guest == .wrongDigest ? "other" : known ?? ""
                links.say(.hello(id, World.hello(digest: digest, protocol: guest == .otherProtocol ? 99 : 1)))
            }
        }
        box.hypervisor = hypervisor
        for record in records { store.state.withLock { $0.records[record.id] = record } }
        for record in records { images.disks.withLock { $0[record.id] = [] } }
        hypervisor.state.withLock { $0.running = running }
        links.state.withLock { $0.open = backEnds }
        let hypervisor = hypervisor
        links.whenOrdered { hypervisor.end($0, .shutdown) }
        let (ticks, hours) = AsyncStream.makeStream(of: Void.self)
        self.hours = hours
        let (glances, looks) = AsyncStream.makeStream(of: Void.self)
        self.looks = looks
        let clock = Clock()
        let log = log
        self.clock = clock
        self.policyStore = policyStore
        self.policyFile = policyFile
        policies = PolicyKeeper.fake(policyStore, policyFile, people: people)
        supervisor = Supervisor(
            Services(
                hypervisor: hypervisor, images: images, store: store, links: links,
                archives: archives ?? self.archives, models: models, catalogue: models,
                policies: policies,
                egress: egress,
                digest: { "digest-\($0.count)" }, clock: { clock.now },
                steady: { clock.steady },
                sleep: { for await _ in $0 < .seconds(3600) ? glances : ticks { return } }, residentBytes: { 1 },
                examinations: [],
                send: { _, _ in }, closeSocket: { _ in }, log: { log.add($0) }),
            identity: SupervisorIdentity(processID: 1, stateDirectory: "/state", hypervisor: "fake"),
            settings: SupervisorSettings(redialPatience: patience), stopRequested: {})
    }

    static func hello(digest: String, protocol version: Int = 1) -> Hello {
        Hello(
            protocolVersion: version, agentVersion: "0", kernel: "6.1", bootID: "b",
            bootTimes: .init(agentStarted: 1, filesMounted: 2, dialled: 3), configurationDigest: digest, processors: 1,
            memoryBytes: 1)
    }

    /// Lets the supervisor look at what it keeps, and returns when it does.
    func lookAtKept() async -> Bool {
        let before = clock.readings
        hours.yield()
        return await until { self.clock.readings > before }
    }

    /// Whether it comes about at once: for what must not come about.
    func soon(_ condition: () async -> Bool) async -> Bool {
        for _ in 0..<10 {
            if await condition() { return true }
            try? await Task.sleep(for: .milliseconds(10))  // a cancelled wait only ends sooner
        }
        return false
    }

    /// Waits for news to arrive: they travel through streams.
    func until(_ condition: () async -> Bool) async -> Bool {
        for _ in 0..<500 {
            if await condition() { return true }
            try? await Task.sleep(for: .milliseconds(10))  // a cancelled wait only ends sooner
        }
        return false
    }
}

private final class Box: Sendable {
    private let value = Mutex<FakeHypervisor?>(nil)
    var hypervisor: FakeHypervisor? {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}

/// The time as a test wants it.
final class Clock: Sendable {
    private let times = Mutex((wall: Int64(1000), steady: Duration.zero, readings: 0))
    var now: Int64 { times.withLock { $0.wall } }
    var readings: Int { times.withLock { $0.readings } }
    var steady: Duration {
        times.withLock {
            $0.readings += 1
            return $0.steady
        }
    }

    /// Somebody sets the clock.
    func advance(_ duration: Duration) { times.withLock { $0.wall += Int64(duration / .milliseconds(1)) } }

    /// Time goes by.
    func pass(_ duration: Duration) {
        times.withLock {
            $0.wall += Int64(duration / .milliseconds(1))
            $0.steady += duration
        }
    }
}

/// Lines, as they come.
final class Notes: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    func contain(_ words: String) -> Bool { lines.withLock { $0.contains { $0.contains(words) } } }
}
