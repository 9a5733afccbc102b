internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import AIUSystem

/// `aiu start`, `stop`, `restart`, `pause`, `resume`, `delete`, `protect` and `unprotect`.
struct LifeCycleVerb {
    /// What happens to the VMs.
    enum Action: String {
        case start, stop, restart, pause, resume, delete, protect, unprotect

        var doing: String {
            switch self {
            case .start: "starting"
            case .stop: "stopping"
            case .restart: "restarting"
            case .pause: "pausing"
            case .resume: "resuming"
            case .delete: "deleting"
            case .protect: "protecting"
            case .unprotect: "unprotecting"
            }
        }

        /// Whether a VM that nobody named is meant.
        func fits(_ view: VMView) -> Bool {
            switch self {
            case .start: !view.record.phase.isActive
            case .stop: view.record.phase.isActive
            case .restart: view.record.phase == .running
            case .pause: view.record.phase == .running
            case .resume: view.record.phase == .paused
            case .delete, .protect, .unprotect: true
            }
        }
    }

    private static let stopLimit: Duration = .seconds(10)

    private let session: Session
    private let action: Action
    private let purges: Bool

    init(_ session: Session, _ action: Action) {
        self.session = session
        self.action = action
        purges = session.arguments.flag("purge")
    }

    func run() throws -> Int32 {
        let limit = try session.timeout()
        let selection = try Selection.read(session.arguments, names: session.arguments.arguments("vm"))
        let names = try selection.names(session, where: action.fits)
        guard !names.isEmpty else { return 0 }
        if purges, try !mayPurge(selection, names) { return 0 }
        let requests = try names.map { try request($0, limit) }
        let asked = ContinuousClock.now
        let title = "\(action.doing) \(Batch.list(names.map(\.text)))"
        var kept: [VMView]?
        return try Batch(session, requests).run(title, within: patience(limit)) { index, body in
            guard session.isChatty else { return nil }
            let name = names[index]
            switch action {
            case .start, .restart:
                return try started(try Client.decode(from: body, of: requests[index]), name, asked)
            case .stop: return "'\(name)' has stopped\n"
            case .pause: return "'\(name)' is paused\n"
            case .resume: return "'\(name)' goes on\n"
            case .protect: return "'\(name)' is protected: it cannot be deleted\n"
            case .unprotect: return "'\(name)' is not protected\n"
            case .delete:
                if kept == nil, !purges { kept = try? session.client.value(Calls.deleted) }  // only good to know
                return Self.deleted(name, kept ?? [], purges)
            }
        }
    }

    /// Of VMs that nobody named one by one, everything would be gone at a slip of the finger.
    private func mayPurge(_ selection: Selection, _ names: [VMName]) throws -> Bool {
        if case .named = selection { return true }
        let what = names.count == 1 ? "'\(names[0])'" : "\(names.count) VMs (\(Batch.list(names.map(\.text))))"
        return try Question.confirm("Remove \(what) with everything in them, for good?", session)
    }

    private func request(_ name: VMName, _ limit: Duration?) throws(ClientError) -> Request {
        let force = session.arguments.flag("force")
        let milliseconds = Session.milliseconds(limit)
        switch action {
        case .start: return try Calls.start(name, timeoutMilliseconds: milliseconds)
        case .stop: return try Calls.stop(name, StopVM(force: force ? true : nil, timeoutMilliseconds: milliseconds))
        case .restart:
            return try Calls.restart(name, RestartVM(force: force ? true : nil, timeoutMilliseconds: milliseconds))
        case .pause: return Calls.pause(name)
        case .resume: return Calls.resume(name)
        case .delete: return Calls.delete(name, force: force, purge: purges)
        case .protect: return try Calls.update(name, UpdateVM(protected: true))
        case .unprotect: return try Calls.update(name, UpdateVM(protected: false))
        }
    }

    private func patience(_ limit: Duration?) -> Duration {
        switch action {
        case .start: (limit ?? NewVM.bootLimit) + Session.slack
        case .stop: (limit ?? Self.stopLimit) + Session.slack
        case .restart: (limit ?? NewVM.bootLimit) + Self.stopLimit + Session.slack
        case .pause, .resume, .delete, .protect, .unprotect: limit ?? Session.usualWait
        }
    }

    private func started(_ view: VMView, _ name: VMName, _ asked: ContinuousClock.Instant) throws -> String {
        // What ran before was not started by this, and its time belongs to another start.
        if action == .start, let uptime = view.uptimeMilliseconds, .milliseconds(uptime) > ContinuousClock.now - asked {
            return "'\(name)' runs already\n"
        }
        let time = view.readyMilliseconds.map { DurationText.elapsed(.microseconds(Int64($0 * 1000))) }
        return "'\(name)' is ready\(action == .restart ? " again" : "")\(time.map { " after \($0)" } ?? "")\n"
    }

    private static func deleted(_ name: VMName, _ kept: [VMView], _ purged: Bool) -> String {
        if purged { return "'\(name)' is gone for good\n" }
        // The last deleted of that name comes first.
        guard let record = kept.first(where: { $0.record.name == name })?.record, let until = record.keptUntil else {
            return "'\(name)' is deleted\n"
        }
        return "'\(name)' is deleted; `aiu recover \(name)` brings it back \(VMTable.within(until, now: .now))\n"
    }
}
