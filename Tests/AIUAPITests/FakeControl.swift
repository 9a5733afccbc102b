import AIUModel
import AIUSystem
import AIUWire
import Glibc

/// A supervisor that is made up, with knobs for what it does.
actor FakeControl: Control, LifeCycleControl, ConfigurationControl, ArchiveControl, ModelControl,
    VocabularyControl, PolicyControl, NetworkControl
{
    /// Plays the agent at the other end of an operation.
    typealias Agent = @Sendable (OperationRequest, borrowing FileDescriptor) throws -> Void

    nonisolated let policies = FakePolicy()
    var views: [VMName: VMView] = [:]
    var kept: [VMView] = []
    var presets: [ProfileName: Profile] = [:]
    var revisions: [ConfigurationRevision] = []
    var orders: [ApplyConfiguration] = []
    var imports: [VMName?] = []
    var networkChanges: [ChangeNetwork] = []
    var secretHosts: [String: [String]] = [:]
    var catalogue: [ModelName: ModelView] = [:]
    /// Raised when an import's client went away before the end.
    let importBroke = Flag()
    private(set) var written: [String: [UInt8]] = [:]
    private(set) var cancelledStarts = 0
    private(set) var wasShutDown = false
    private(set) var operations: [OperationRequest] = []
    private(set) var eventReaders = 0
    private(set) var inspections = 0
    private var past: [VMEvent] = []
    private var readers: [Int: AsyncStream<VMEvent>.Continuation] = [:]
    var startDelay: Duration = .zero
    var agent: Agent?
    var logFiles = LogFiles(agent: [], console: [])

    init(vms: Int = 0) {
        for index in 0..<vms {
            let view = Self.view("vm-\(String(index + 10000).dropFirst())", phase: .running)
            views[view.record.name] = view
        }
    }

    func add(_ model: ModelView) { catalogue[model.record.name] = model }
    func set(startDelay: Duration) { self.startDelay = startDelay }
    func set(agent: @escaping Agent) { self.agent = agent }
    func set(logFiles: LogFiles) { self.logFiles = logFiles }

    static func view(_ name: String, phase: VMPhase = .stopped) -> VMView {
        guard let name = VMName(name) else { preconditionFailure("a bad name in a test") }
        let record = VMRecord(
            id: .random(), name: name, ephemeral: false, flavour: "micro", image: "0123456789abcdef",
            resources: .init(processors: 1, memory: .mebibytes(256), storage: .gibibytes(2)),
            configuration: #"{"version":1,"tools":["shell","files"],"network":{"mode":"none"},"note":"\#(name)"}"#,
            configurationDigest: String(repeating: "ab", count: 32), phase: phase, contextID: 7, created: 1000,
            started: 2000)
        let hello = Hello(
            agentVersion: "0.1.0", kernel: "6.1.0", bootID: "b",
            bootTimes: .init(
                agentStarted: 1, filesMounted: 2.5, dialled: 3), configurationDigest: "ab", processors: 1,
            memoryBytes: 1 << 28, features: [WireProtocol.assistFeature, WireProtocol.limitsFeature])
        let heartbeat = Heartbeat(
            uptimeMilliseconds: 1, memoryTotal: 2, memoryAvailable: 1, load: 3, processes: 4, diskTotal: 5, diskFree: 6)
        return VMView(
            record: record, accelerator: .init(kind: .tcg, reason: "a test"), readyMilliseconds: 1234.5,
            uptimeMilliseconds: 5000,
            agent: phase == .running ? .init(hello: hello, heartbeat: heartbeat, lastSeen: 3000) : nil)
    }

    func find(_ name: VMName) throws(Failure) -> VMView {
        guard let view = views[name] else { throw Failure(.notFound, "no such VM '\(name)'; `aiu list` shows them") }
        return view
    }

    func create(_ request: CreateVM) async throws(Failure) -> VMView {
        var view = Self.view(request.name ?? "chosen")
        view.record.labels = try Labels().changed(by: (request.labels ?? [:]).mapValues { Optional($0) })
        guard views[view.record.name] == nil else {
            throw Failure(.conflict, "there is a VM '\(view.record.name)' already")
        }
        views[view.record.name] = view
        return view
    }

    func start(_ name: VMName, within limit: Duration) async throws(Failure) -> VMView {
        _ = try find(name)
        do { try await Task.sleep(for: startDelay) } catch {
            cancelledStarts += 1
            throw Failure(.timedOut, "cancelled")
        }
        if limit < startDelay { throw Failure(.timedOut, "its agent did not answer within \(limit)") }
        let view = Self.view(name.text, phase: .running)
        views[name] = view
        return view
    }

    func stop(_ name: VMName, _ request: StopVM) async throws(Failure) -> VMView {
        _ = try find(name)
        let view = Self.view(name.text)
        views[name] = view
        return view
    }

    func restart(_ name: VMName, _ request: StopVM, within limit: Duration) async throws(Failure) -> VMView {
        try await start(name, within: limit)
    }

    func list() async -> [VMView] { views.values.sorted { $0.record.name < $1.record.name } }
    func inspect(_ name: VMName) async throws(Failure) -> VMView {
        inspections += 1
        return try find(name)
    }

    func ping(_ name: VMName) async throws(Failure) -> Duration {
        _ = try find(name)
        return .microseconds(130)
    }

    /// A socket whose other end somebody else plays.
    func socket(_ play: @escaping @Sendable (borrowing FileDescriptor) throws -> Void) throws(Failure) -> Int32 {
        do throws(SystemError) {
            let (ours, theirs) = try UnixSocket.pair().take()
            runThread {
                let socket = FileDescriptor(owning: theirs)
                // A player whose client hung up has nobody to tell.
                try? play(socket)
            }
            return ours
        } catch {
            throw Failure(.internalError, "\(error)")
        }
    }

    func beginOperation(_ request: OperationRequest, in name: VMName) async throws(Failure) -> Int32 {
        _ = try find(name)
        guard let agent else { throw Failure(.unavailable, "'\(name)' is not running; `aiu start \(name)` starts it") }
        operations.append(request)
        return try socket { try agent(request, $0) }
    }

    func vocabulary(of model: ModelName) async throws(Failure) -> VocabularyFile {
        VocabularyFile(name: model.text, digest: model.text, path: "/dev/null")
    }

    func vocabulary(for name: VMName, model: String?) async throws(Failure) -> VocabularyFile {
        VocabularyFile(name: "aiu-router", digest: "aiu-router", path: "/dev/null")
    }

    func readFile(_ path: String, of name: VMName) async throws(Failure) -> [UInt8] {
        guard let bytes = written[path] else { throw Failure(.notFound, "there is no \(path)") }
        return bytes
    }

    func writeFile(_ path: String, _ bytes: [UInt8], of name: VMName) async throws(Failure) {
        _ = try find(name)
        written[path] = bytes
    }

    func logs(of name: VMName) async throws(Failure) -> LogFiles {
        _ = try find(name)
        return logFiles
    }

    func silence(_ name: String) throws(Failure) {
        var view = try find(Self.view(name).record.name)
        view.agent?.silent = true
        views[view.record.name] = view
    }

    func remove(_ name: String) { views[Self.view(name).record.name] = nil }

    func emit(_ kind: VMEvent.Kind, skipping gap: Int64 = 0) {
        let event = VMEvent(
            sequence: (past.last?.sequence ?? 0) + 1 + gap, time: 5, kind: kind, vm: VMName("demo"), id: .random(),
            detail: "why")
        past.append(event)
        for reader in readers.values { reader.yield(event) }
    }

    func events(after sequence: Int64, limit: Int) async throws(Failure) -> [VMEvent] {
        Array(past.filter { $0.sequence > sequence }.prefix(limit))
    }

    func eventStream(after sequence: Int64) async throws(Failure) -> AsyncStream<VMEvent> {
        let (stream, continuation) = AsyncStream<VMEvent>.makeStream(bufferingPolicy: .bufferingOldest(256))
        for event in past where event.sequence > sequence { continuation.yield(event) }
        let number = readers.count
        readers[number] = continuation
        eventReaders += 1
        continuation.onTermination = { [weak self] _ in Task { await self?.readerLeft() } }
        return stream
    }

    private func readerLeft() { eventReaders -= 1 }

    func status() async -> SystemStatus {
        SystemStatus(
            version: "0.1.0", apiVersion: 1, processID: 1, started: 1, uptimeMilliseconds: 5, stateDirectory: "/tmp",
            hypervisor: "fake",
            accelerator: nil, vms: ["running": views.count], residentBytes: 1, repairs: ["removed a leftover"])
    }

    func usage() async throws(Failure) -> DiskUsage {
        DiskUsage(
            images: .mebibytes(1), stamps: .mebibytes(2), cache: .mebibytes(5), vms: ["demo": .mebibytes(3)],
            free: .gibibytes(4))
    }

    func examine() async -> [HealthCheck] {
        [HealthCheck("kvm", .warning, "not there", remedy: "load it"), HealthCheck("qemu", .good, "7.2")]
    }

    func shutDown() async { wasShutDown = true }
}

/// Runs work that blocks on a thread of its own: the cooperative pool is small.
func runThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
    _ = unsafe pthread_create(
        &thread, nil,
        { argument in
            guard let argument = unsafe argument else { return nil }
            unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, box)
    pthread_detach(thread)
}
