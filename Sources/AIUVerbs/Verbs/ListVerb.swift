internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// `aiu ls` and `aiu ps`.
struct ListVerb {
    private let session: Session
    private let runningOnly: Bool

    init(_ session: Session, runningOnly: Bool) {
        self.session = session
        self.runningOnly = runningOnly
    }

    func run() throws -> Int32 {
        let arguments = session.arguments
        session.client.patience = Patience(limit: try session.timeout() ?? Session.usualWait)
        if arguments.flag("deleted") { return try deleted() }
        let selector = arguments.options("selector").isEmpty ? nil : try Selection.selector(arguments)
        let body = try session.client.bytes(Calls.list(selector: selector))
        try session.answer(
            try json(body), names: { try views(body).map(\.record.name.text) },
            table: {
                let views = try views(body)
                if views.isEmpty, let selector { return "no VM \(runningOnly ? "that runs " : "")has \(selector)\n" }
                guard !views.isEmpty || !runningOnly else { return "no VM is running\n" }
                return VMTable.render(views, now: .now, width: session.width, style: session.style)
            })
        return 0
    }

    private func deleted() throws -> Int32 {
        guard session.arguments.options("selector").isEmpty else {
            throw session.arguments.error("`--deleted` and `--selector` contradict each other; give one of them")
        }
        let body = try session.client.bytes(Calls.deleted)
        let views: [VMView] = try Client.decode(from: body, of: Calls.deleted)
        try session.answer(
            try Client.parse(body, of: Calls.deleted), names: { views.map(\.record.id.text) },
            table: { VMTable.deleted(views, now: .now, width: session.width, style: session.style) })
        return 0
    }

    private func views(_ body: [UInt8]) throws(ClientError) -> [VMView] {
        let all: [VMView] = try Client.decode(from: body, of: Calls.list)
        return runningOnly ? all.filter { $0.record.phase == .running } : all
    }

    /// As aiud said it, so that a newer one's additions come through.
    private func json(_ body: [UInt8]) throws(ClientError) -> JSON {
        let all = try Client.parse(body, of: Calls.list)
        guard runningOnly, let views = all.arrayValue else { return all }
        let running = JSON.string(VMPhase.running.rawValue)
        return .array(views.filter { $0["record"]?["phase"] == running })
    }
}
