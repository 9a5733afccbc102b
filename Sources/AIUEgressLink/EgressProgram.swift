internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import AIUWire

/// One VM's way out: its proxy, started again when it dies, and what is kept of it. On the loop's thread.
final class EgressProgram {
    /// One that lived so long has done nothing wrong by dying.
    private static let goodLife: Duration = .seconds(30)

    private struct Waiting {
        let sequence: Int64
        let timer: TimerID
        let finish: (EgressState) -> Void
    }

    private let settings: EgressSettings
    private let loop: EventLoop
    private let socketFolder: String
    private let authority: EgressAuthority
    private let id: VMID
    private let project: String?
    private let hub: EgressHub
    private let log: EgressLog
    private let counterFile: CounterFile
    private var rules: EgressRules
    private var process: EgressProcess?
    private var started = ContinuousClock.now
    private var delay: Duration
    private var restart: TimerID?
    private var count: TimerID?
    private var look: TimerID?
    private var waiting: [Waiting] = []
    private var state: EgressState
    private var isOver = false
    /// What is to be done once the last bytes are counted.
    private var lastCounted: (() -> Void)?
    private(set) var counters: EgressCounters?

    init(
        _ id: VMID, of project: String?, _ rules: EgressRules, _ settings: EgressSettings, _ hub: EgressHub,
        loop: EventLoop
    ) throws(Failure) {
        self.rules = rules
        self.settings = settings
        self.loop = loop
        self.id = id
        self.project = project
        self.hub = hub
        socketFolder = "\(settings.runDirectory)/vm/\(id)"
        authority = try EgressAuthority(named: "AIU VM \(id)", by: settings.program, within: settings.authorityLimit)
        log = EgressLog(path: "\(settings.folder)/\(id).jsonl")
        counterFile = CounterFile(path: "\(settings.folder)/\(id).json")
        counters = counterFile.read()
        delay = settings.firstDelay
        state = EgressState(authority: authority.certificate)
    }

    var current: EgressState { state }

    /// Puts rules in force, unless there are newer ones. Calls once.
    func apply(_ next: EgressRules, finish: @escaping (EgressState) -> Void) {
        guard !isOver, next.sequence >= rules.sequence else { return finish(state) }
        rules = next
        if process?.isIn(next.namespace) == false {
            // It cannot be moved: its connections end here, and another one begins there.
            process?.kill()
            process = nil
        }
        let isNew = process == nil
        let limit = isNew ? settings.startLimit : settings.applyLimit
        let timer = loop.after(limit) { [weak self] in self?.ranOut(next.sequence) }
        waiting.append(Waiting(sequence: next.sequence, timer: timer, finish: finish))
        if isNew { start() } else { order(.rules(rules)) }
    }

    /// One that is not for this VM is forgotten, if it was before.
    func set(_ secret: EgressSecret) {
        order(secret.scope.holds(for: id, in: project) ? .secret(secret) : .forget(secret: secret.name))
    }
    func spend(_ use: CardUse) { order(.spent(use)) }
    func forget(secret name: String) { order(.forget(secret: name)) }

    /// No connection can be made when this returns; those that there are end with `finish`, when the last is counted.
    func end(finish: @escaping () -> Void) {
        isOver = true
        if let restart { loop.cancel(restart) }
        if let count { loop.cancel(count) }
        if let look { loop.cancel(look) }
        removeSockets()
        guard process != nil else { return finish() }
        lastCounted = { [self] in
            lastCounted = nil
            process?.kill()
            process = nil
            state = EgressState()
            answer(to: .max)
            finish()
        }
        order(.report)
        loop.after(settings.lastCount) { [self] in lastCounted?() }
    }

    // MARK: The process

    private func start() {
        guard !isOver, process == nil else { return }
        if let restart { loop.cancel(restart) }
        restart = nil
        started = .now
        do {
            let process = try EgressProcess(
                settings, in: rules.namespace, folder: socketFolder, loop: loop,
                take: { [unowned self] report in try take(report) },
                ended: { [weak self] reason in self?.ended(reason) })
            self.process = process
        } catch {
            return broke("its proxy cannot be started: \(error)")
        }
        if let counters { order(.resume(counters)) }
        order(.authority(authority.certificate + authority.key))
        for secret in hub.secrets.values where secret.scope.holds(for: id, in: project) { order(.secret(secret)) }
        order(.rules(rules))
        countLater()
        if rules.namespace != nil { lookLater() }
    }

    private func order(_ order: EgressOrder) {
        do throws(EgressOrder.Fault) {
            process?.send(try order.message())
        } catch {
            process?.kill()
            ended("an order cannot be written: \(error)")
        }
    }

    private func ended(_ reason: String) {
        process = nil
        if let lastCounted { return lastCounted() }
        broke("its proxy ended: \(reason)\(lastWords)")
    }

    /// Nothing can be reached until the next start, which comes by itself.
    private func broke(_ problem: String) {
        guard !isOver else { return }
        removeSockets()
        if state.problem != problem { Log("egress").warning("\(socketFolder): \(problem)") }
        state = EgressState(problem: problem, authority: authority.certificate)
        answer(to: .max)
        if ContinuousClock.now - started > Self.goodLife { delay = settings.firstDelay }
        restart = loop.after(delay) { [weak self] in self?.start() }
        delay = min(delay * 2, settings.longestDelay)
    }

    /// What does not take rules in time may still live by the former ones: it is ended.
    private func ranOut(_ sequence: Int64) {
        guard waiting.contains(where: { $0.sequence == sequence }) else { return }
        process?.kill()
        process = nil
        let why = state.problem.map { " (\($0))" } ?? ""
        broke("its proxy did not put new rules in force in time\(why)")
    }

    private func answer(to sequence: Int64) {
        let done = waiting.filter { $0.sequence <= sequence }
        waiting.removeAll { $0.sequence <= sequence }
        for one in done {
            loop.cancel(one.timer)
            one.finish(state)
        }
    }

    private func removeSockets() {
        for port in [WireProtocol.proxyPort, WireProtocol.namePort] {
            // With the VM's folder they are gone already; nobody listens there in any case.
            try? Files.remove("\(socketFolder)/guest_\(port)")
        }
    }

    private var lastWords: String {
        // It only makes the message better.
        let bytes = (try? Files.read("\(socketFolder)/egress.log", limit: 64 << 10)) ?? []
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").last
        return line.map { "; it said: \($0.prefix(300))" } ?? ""
    }

    // MARK: Reports

    /// False when it cannot be kept now: the proxy waits, and lets nothing through when it has waited too long.
    private func take(_ report: EgressReport) throws -> Bool {
        switch report {
        case .applied(let applied):
            guard applied.sequence == rules.sequence else { return true }
            state = EgressState(sequence: applied.sequence, cut: applied.cut, authority: authority.certificate)
            answer(to: applied.sequence)
        case .refused(let reason):
            throw Failure(.invalid, "it refuses the rules: \(reason.prefix(300))")
        case .counters(let counters):
            keep(counters)
            lastCounted?()
        case .decision(let decision):
            return try keep(decision)
        }
        return true
    }

    private func keep(_ decision: EgressDecision) throws -> Bool {
        let line = try JSONText.encode(decision) + [UInt8(ascii: "\n")]
        guard line.count <= EgressLog.longestLine else { throw Failure(.invalid, "a decision of \(line.count) bytes") }
        do throws(SystemError) {
            try log.append(line)
        } catch {
            let problem = "its decisions cannot be written, so nothing more is let through: \(error)"
            if state.problem != problem { Log("egress").warning("\(socketFolder): \(problem)") }
            state.problem = problem
            loop.after(settings.logRetry) { [weak self] in self?.process?.resume() }
            return false
        }
        if state.sequence != nil { state.problem = nil }
        hub.tell(decision, of: id)
        return true
    }

    private func keep(_ counters: EgressCounters) {
        var known = self.counters
        known?.connections = counters.connections
        let isNews = known != counters
        self.counters = counters
        guard isNews else { return }
        do {
            try counterFile.write(counters)
        } catch {
            Log("egress").warning("what was used of a day's quota is not written down: \(error)")
        }
    }

    /// A namespace lives on while somebody is in it, whatever became of its name: whoever removes it wants nobody in there.
    private func lookLater() {
        if let look { loop.cancel(look) }
        look = loop.after(settings.lookEvery) { [weak self] in
            guard let self, let process, let namespace = rules.namespace else { return }
            guard process.isIn(namespace) else {
                process.kill()
                self.process = nil
                return broke("the network namespace '\(namespace)' is gone")
            }
            lookLater()
        }
    }

    private func countLater() {
        if let count { loop.cancel(count) }
        count = loop.after(settings.countEvery) { [weak self] in
            guard let self, process != nil else { return }
            order(.report)
            countLater()
        }
    }
}
