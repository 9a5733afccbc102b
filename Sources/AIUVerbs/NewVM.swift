internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import Glibc

/// A VM in the making. Interrupted, it leaves nothing behind.
struct NewVM {
    /// The disk of the first VM after an update of the image takes libguestfs, which is slow where there is no KVM.
    private static let creationLimit: Duration = .seconds(120)
    private static let removalLimit: Duration = .seconds(40)
    static let bootLimit: Duration = .seconds(60)

    private let session: Session
    private let signals: SignalSource

    init(_ session: Session, signals: SignalSource) {
        self.session = session
        self.signals = signals
    }

    /// The signals that end the making.
    static func signals() throws -> SignalSource { try SignalSource([SIGINT, SIGTERM, SIGHUP]) }

    func create(_ wish: CreateVM, within limit: Duration? = nil) throws -> VMView {
        let view = try make(
            try Calls.create(wish), "making \(wish.name ?? "a VM")", within: limit ?? Self.creationLimit,
            hasConfiguration: wish.configuration != nil)
        if let warning = HostMemory.warning(for: view.record.name, memory: view.record.resources.memory) {
            Program.tell(warning)
        }
        return view
    }

    /// Sends a request that makes a VM.
    func make(
        _ request: Request, _ title: String, within limit: Duration, hasConfiguration: Bool = false
    ) throws -> VMView {
        do {
            let client = session.client
            client.patience = Patience(limit: limit, signals: signals)
            let line = Progress.start(title, isQuiet: !session.showsProgress)
            defer { line.finish() }
            let exchange = try client.begin(request)
            do throws(ClientError) {
                return try receive(exchange, request)
            } catch {
                switch error {
                case .interrupted, .timedOut: break
                case _: throw error
                }
                line.finish()
                undoCreation(exchange, request)
                throw error
            }
        } catch {
            throw Problem.ofCreation(error, hasConfiguration: hasConfiguration)
        }
    }

    func start(_ view: VMView, within limit: Duration?) throws -> VMView {
        let name = view.record.name
        let client = session.client
        client.patience = Patience(limit: (limit ?? Self.bootLimit) + Session.slack, signals: signals)
        let request = try Calls.start(name, timeoutMilliseconds: Session.milliseconds(limit))
        let line = Progress.start("starting \(name)", isQuiet: !session.showsProgress)
        defer { line.finish() }
        let exchange = try client.begin(request)
        do throws(ClientError) {
            return try receive(exchange, request)
        } catch {
            guard case .interrupted = error else { throw error }
            line.finish()
            undoStart(of: name, exchange, request)
            throw error
        }
    }

    /// A VM that is starting may refuse to be removed until it has started.
    private func undoStart(of name: VMName, _ exchange: Exchange, _ request: Request) {
        Program.tell("interrupted; removing '\(name)' again")
        let client = session.client
        client.patience = Patience(limit: Self.removalLimit, signals: signals)
        do throws(ClientError) {
            _ = try client.bytes(Calls.delete(name, force: true, purge: true))
        } catch {
            if case .refused(let failure) = error, failure.reason == .busy {
                exchange.patience = Patience(limit: Self.bootLimit + Session.slack, signals: signals)
                // Whether it started or not, it is to go.
                _ = try? receive(exchange, request)
            }
            remove(name, why: nil)
        }
    }

    /// Removes the VM again; says so when there is a reason to tell.
    func remove(_ name: VMName, why: String?) {
        if let why { Program.tell("\(why); removing '\(name)' again") }
        let client = session.client
        client.patience = Patience(limit: Self.removalLimit, signals: signals)
        do throws(ClientError) {
            _ = try client.bytes(Calls.delete(name, force: true, purge: true))
        } catch {
            if case .refused(let failure) = error, failure.reason == .notFound { return }
            Program.tell("'\(name)' may be left behind: \(error); `aiu delete --force --purge \(name)` removes it")
        }
    }

    private func receive(_ exchange: Exchange, _ request: Request) throws(ClientError) -> VMView {
        try session.client.check(exchange, of: request)
        return try Client.decode(from: try exchange.body(limit: Client.longestAnswer), of: request)
    }

    /// The supervisor goes on making what nobody waits for: its answer says what there is to remove.
    private func undoCreation(_ exchange: Exchange, _ request: Request) {
        Program.tell("stopping; the VM is removed again as soon as it is made")
        exchange.patience = Patience(limit: Self.removalLimit, signals: signals)
        do throws(ClientError) {
            let view = try receive(exchange, request)
            remove(view.record.name, why: nil)
        } catch {
            // A refusal made nothing; anything else leaves us not knowing.
            if case .refused = error { return }
            Program.tell("a new VM may be left behind: \(error); `aiu ls` shows it")
        }
    }
}
