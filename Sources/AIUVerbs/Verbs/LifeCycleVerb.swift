internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu start`, `stop`, `restart` and `delete`: one request a VM, all at once, every failure told.
struct LifeCycleVerb {
    /// What happens to the VMs.
    enum Action: String {
        case start, stop, restart, delete

        var doing: String {
            switch self {
            case .start: "starting"
            case .stop: "stopping"
            case .restart: "restarting"
            case .delete: "deleting"
            }
        }

        var done: String {
            switch self {
            case .start: "is ready"
            case .stop: "has stopped"
            case .restart: "is ready again"
            case .delete: "is deleted"
            }
        }
    }

    private static let stopLimit: Duration = .seconds(10)

    private let session: Session
    private let action: Action

    init(_ session: Session, _ action: Action) {
        self.session = session
        self.action = action
    }

    func run() throws -> Int32 {
        let names = try session.vmNames("vm")
        let limit = try session.timeout()
        let requests = try names.map { try request($0, limit) }
        session.client.patience = Patience(limit: patience(limit))
        var outcomes: [Result<[UInt8], ClientError>] = []
        session.progress("\(action.doing) \(names.map(\.text).joined(separator: ", "))") {
            session.client.each(requests) { _, outcome in outcomes.append(outcome) }
        }
        var problems: [Problem] = []
        for (index, outcome) in outcomes.enumerated() {
            switch outcome {
            case .success(let body):
                if !session.isChatty { break }
                try session.write("'\(names[index])' \(action.done)\(try time(body, requests[index]))\n")
            case .failure(let error):
                let problem = Problem(error)
                problems.append(problem)
                Program.tell(problem.message)
            }
        }
        return Self.status(problems, of: names.count)
    }

    /// One failure of one keeps its own status; some of several is partial; different ones are a failure.
    static func status(_ problems: [Problem], of count: Int) -> Int32 {
        guard let first = problems.first else { return ExitCode.ok.rawValue }
        if problems.count < count { return ExitCode.partial.rawValue }
        return problems.allSatisfy { $0.status == first.status } ? first.status : ExitCode.failure.rawValue
    }

    private func request(_ name: VMName, _ limit: Duration?) throws(ClientError) -> Request {
        let force = session.arguments.flag("force")
        let milliseconds = Session.milliseconds(limit)
        switch action {
        case .start: return try Calls.start(name, timeoutMilliseconds: milliseconds)
        case .stop: return try Calls.stop(name, StopVM(force: force ? true : nil, timeoutMilliseconds: milliseconds))
        case .restart:
            return try Calls.restart(name, RestartVM(force: force ? true : nil, timeoutMilliseconds: milliseconds))
        case .delete: return Calls.delete(name, force: force)
        }
    }

    private func patience(_ limit: Duration?) -> Duration {
        switch action {
        case .start: (limit ?? NewVM.bootLimit) + Session.slack
        case .stop: (limit ?? Self.stopLimit) + Session.slack
        case .restart: (limit ?? NewVM.bootLimit) + Self.stopLimit + Session.slack
        case .delete: limit ?? Session.usualWait
        }
    }

    /// How long a start took.
    private func time(_ body: [UInt8], _ request: Request) throws(ClientError) -> String {
        guard action == .start || action == .restart else { return "" }
        let view: VMView = try Client.decode(from: body, of: request)
        return view.readyMilliseconds.map { " after \(DurationText.elapsed(.microseconds(Int64($0 * 1000))))" } ?? ""
    }
}
