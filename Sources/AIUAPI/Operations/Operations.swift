internal import AIUModel
internal import AIUPolicy
internal import AIUSystem
internal import AIUWire
internal import Synchronization

/// All operation connections: each begins as an upgraded client and becomes a relay to a VM's agent.
final class Operations: Sendable {
    private let thread: LoopThread
    private let control: any Supervision
    private let gate: Gate
    private let metering: (any Metering)?
    private let policy: PolicyGate
    private let settings: APISettings
    private let log: Log
    private let places: Budget
    /// Touched by the thread only.
    nonisolated(unsafe) private var open: [UInt64: OperationConnection] = [:]
    nonisolated(unsafe) private var lastNumber: UInt64 = 0
    /// Those that were recorded and go on. Touched by the thread only.
    nonisolated(unsafe) private var audited: [UInt64: AuditedRequest] = [:]
    /// What goes on by leave of the policy. Touched by the thread only.
    nonisolated(unsafe) private var admitted: [UInt64: AdmittedOperation] = [:]
    /// What goes on, and for whom. Touched by the thread only.
    nonisolated(unsafe) private var running: [UInt64: RunningRequest] = [:]
    private let watch = Mutex<Task<Void, Never>?>(nil)

    init(
        _ thread: LoopThread, _ control: any Supervision, _ gate: Gate, _ metering: (any Metering)?,
        _ settings: APISettings, _ log: Log
    ) {
        self.thread = thread
        self.control = control
        self.gate = gate
        self.metering = metering
        policy = PolicyGate(book: control.book)
        self.settings = settings
        places = Budget(settings.operations)
        self.log = log
        let changes = control.book.changes()
        watch.withLock { watch in
            watch = Task { [weak self] in
                for await _ in changes { self?.askAgain() }
            }
        }
    }

    /// A place among the operations, until it is forgotten.
    func reserve() throws(Failure) -> OperationPlace {
        guard let place = OperationPlace(places) else {
            throw Failure(
                .unavailable, "\(settings.operations) operations are under way; end one first, or try again later")
        }
        return place
    }

    /// From now on passes on what a client and the supervisor's own end of a socket send each other.
    func connect(
        _ client: Upgraded, to machine: HeldDescriptor, for request: RunningRequest?, isFramed: Bool,
        place: OperationPlace
    ) {
        thread.perform { [self] loop in
            let socket = FileDescriptor(owning: client.socket)
            // An upgrade happens once; were it to happen again, its client is let go.
            guard let machine = machine.take() else { return client.ended() }
            let number = unsafe lastNumber + 1
            unsafe lastNumber = number
            let connection = OperationConnection(
                loop, socket, connected: client.received, isFramed: isFramed
            ) { [self] in
                unsafe open[number] = nil
                unsafe running[number] = nil
                client.ended()
                place.giveBack()
            }
            unsafe open[number] = connection
            unsafe running[number] = request
            connection.relay(to: FileDescriptor(owning: machine))
        }
    }

    /// Everything that goes on.
    func watched() async -> [RightsWatch.Watched] {
        let all: [(UInt64, RunningRequest)] = await withCheckedContinuation { continuation in
            thread.perform { [self] _ in
                continuation.resume(returning: unsafe running.map { ($0.key, $0.value) })
            }
        }
        return all.map { number, running in (running, { [self] in cut(number, $0) }) }
    }

    private func cut(_ number: UInt64, _ failure: Failure) {
        thread.perform { [self] _ in
            // It may have ended meanwhile.
            guard let request = unsafe running.removeValue(forKey: number) else { return }
            request.audited?.cut(failure)
            unsafe open[number]?.end(OperationFailure(failure))
        }
    }

    /// Takes over a client's connection and what it sent already.
    func accept(_ client: Upgraded, in name: VMName, for caller: Caller, place: OperationPlace) {
        thread.perform { [self] loop in
            let number = unsafe lastNumber + 1
            unsafe lastNumber = number
            let connection = OperationConnection(
                loop, FileDescriptor(owning: client.socket), client.received,
                begin: { [self] request in begin(request, number, in: name, for: caller) },
                ended: { [self] in
                    unsafe open[number] = nil
                    unsafe admitted[number] = nil
                    unsafe running[number] = nil
                    unsafe audited.removeValue(forKey: number)?.endedElsewhere()
                    client.ended()
                    place.giveBack()
                })
            unsafe open[number] = connection
            connection.start(firstFrameWithin: settings.firstFrame)
        }
    }

    func closeAll() {
        watch.withLock { $0?.cancel() }
        thread.perform { [self] _ in
            for connection in unsafe Array(open.values) { connection.close() }
        }
    }

    /// Runs a command to its end.
    func run(_ session: CommandSession.Plan, in name: VMName) async throws(Failure) -> ExecuteResult {
        let machine = try await control.beginOperation(.execute(session.request), in: name)
        return try await CommandSession.run(session, over: FileDescriptor(owning: machine), on: thread)
    }

    /// Asks the assistant in a VM for something; nobody is there to answer its questions.
    func ask(
        _ request: AssistRequest, in name: VMName, for caller: Caller, recorded: AuditedRequest?, within limit: Duration
    ) async throws(Failure) -> AssistEvents {
        let machine = try await connect(.assist(request), in: name, for: caller, recorded)
        return try AssistOperation.events(over: FileDescriptor(owning: machine), within: limit, on: thread)
    }

    /// A stream to the VM's agent, for what the policy lets pass; an answer of the assistant is metered on its way.
    private func connect(
        _ request: OperationRequest, in name: VMName, for caller: Caller, _ recorded: AuditedRequest?
    ) async throws(Failure) -> Int32 {
        let vm = InspectedVM(name, control)
        let admitted = try await policy.admit(request, in: name, for: caller) { () async throws(Failure) in
            try await vm.view()
        }
        guard case .assist(let order) = admitted, let metering,
            let metered = try await metering.admit(
                order, in: name, for: caller.subject(vm: name),
                view: { () async throws(Failure) in try await vm.view() })
        else { return try await control.beginOperation(admitted, in: name) }
        let machine: Int32
        do throws(Failure) {
            machine = try await control.beginOperation(.assist(metered.request), in: name)
        } catch {
            await metered.abandon()
            throw error
        }
        guard let recorded else { return try await metered.attach(machine, recorder: nil) }
        // What tools answer is kept by its digest: it may be anything, also what nobody said.
        let contents =
            if case .prompt = order { gate.contents(caller, in: name.text) } else { AuditRules.Contents.digest }
        recorded.awaitAnswer(true)
        do throws(Failure) {
            return try await metered.attach(machine, recorder: AnswerRecord(audited: recorded, contents: contents))
        } catch {
            recorded.awaitAnswer(false)
            throw error
        }
    }

    /// A new policy is in force: what it denies is ended.
    private func askAgain() {
        thread.perform { [self] _ in
            for (number, operation) in unsafe Array(admitted) { askAgain(operation, number) }
        }
    }

    private func askAgain(_ operation: AdmittedOperation, _ number: UInt64) {
        let (control, name) = (control, operation.vm)
        Task { [self] in
            do throws(Failure) {
                _ = try await policy.admit(operation.request, in: name, for: operation.caller) {
                    () async throws(Failure) in try await control.inspect(name)
                }
            } catch {
                // A VM that is gone has ended the stream itself.
                guard error.reason == .denied else { return }
                log.info("\(operation.caller.actor): \(operation.request.verb) in \(name): ended: \(error)")
                cut(number, error)
            }
        }
    }

    private func begin(_ request: OperationRequest, _ number: UInt64, in name: VMName, for caller: Caller) {
        Task { [self] in
            var recorded: AuditedRequest?
            do throws(Failure) {
                let wanted = AuditDetail.of(request, gate.contents(caller, in: name.text))
                let entry = AuditEntry(
                    actor: caller.actor, action: wanted?.action ?? request.verb, subject: name.text,
                    detail: wanted?.detail)
                recorded = try gate.admit(
                    caller, to: request.permission, reaching: .vm(name.text), entry, recorded: wanted != nil)
                let operation = AdmittedOperation(
                    request: request, vm: name, caller: caller, version: policy.book.version)
                let machine = try await connect(request, in: name, for: caller, recorded)
                log.info("\(caller.actor): \(request.verb) in \(name): begun")
                let begun = recorded
                let ongoing = RunningRequest(
                    caller: caller, permission: request.permission, reach: .vm(name.text), action: entry.action,
                    audited: begun)
                thread.perform { [self] _ in
                    let socket = FileDescriptor(owning: machine)
                    guard let connection = unsafe open[number] else {
                        begun?.endedElsewhere(Failure(.unavailable, "whoever asked had left"))
                        return
                    }
                    unsafe audited[number] = begun
                    unsafe admitted[number] = operation
                    unsafe running[number] = ongoing
                    // Decided by a policy that is no more in force.
                    if policy.book.version != operation.version { askAgain(operation, number) }
                    connection.relay(to: socket)
                    connection.whileUnanswered(every: settings.firstAnswer) { [self] in
                        giveUpIfSilent(number, in: name)
                    }
                }
            } catch {
                recorded?.ended(error)
                log.info("\(caller.actor): \(request.verb) in \(name): \(error.reason): \(error)")
                let failure = OperationFailure(error)
                thread.perform { [self] _ in unsafe open[number]?.refuse(failure) }
            }
        }
    }

    /// A request that reached an agent when it already hung gets no answer. What has begun may go on when it is back.
    private func giveUpIfSilent(_ number: UInt64, in name: VMName) {
        Task { [self] in
            // A VM that is gone has ended the stream itself.
            guard let agent = try? await control.inspect(name).agent, agent.silent else { return }
            let failure = OperationFailure(Failure.silentAgent(of: name))
            thread.perform { [self] _ in unsafe open[number]?.giveUp(failure) }
        }
    }
}

extension OperationFailure {
    /// A refusal of the supervisor in the words of the operation protocol.
    init(_ failure: Failure) {
        let reason: Reason =
            switch failure.reason {
            case .invalid: .invalid
            case .notFound: .notFound
            case .busy: .busy
            case .denied, .unauthenticated: .denied
            case .noSpace: .noSpace
            case .exhausted: .exhausted
            case .conflict, .timedOut, .unavailable: .unavailable
            case .damaged: .io
            case .unsupported: .unsupported
            case .internalError: .internalError
            }
        self.init(reason, failure.message)
    }
}
