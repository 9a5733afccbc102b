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
        try session.limitWaits()
        let selector = arguments.options("selector").isEmpty ? nil : try Selection.selector(arguments)
        if arguments.flag("deleted") { return try deleted(selector) }
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

    private func deleted(_ selector: LabelSelector?) throws -> Int32 {
        let request = Calls.deleted(selector: selector)
        let body = try session.client.bytes(request)
        let views: [VMView] = try Client.decode(from: body, of: request)
        try session.answer(
            try Client.parse(body, of: request), names: { views.map(\.record.id.text) },
            table: {
                if views.isEmpty, let selector { return "no deleted VM has \(selector)\n" }
                return VMTable.deleted(views, now: .now, width: session.width, style: session.style)
            })
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
