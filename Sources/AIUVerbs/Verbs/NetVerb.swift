internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu net show`, `allow`, `deny`, `test`, `log` and `top`.
struct NetVerb {
    /// A change waits for the guest's word.
    private static let changeLimit: Duration = .seconds(60)
    private static let usualLines = 20

    private let session: Session

    init(_ session: Session) { self.session = session }

    func show() throws -> Int32 {
        let name = try name()
        try session.limitWaits()
        return try tell(try session.client.value(Calls.network(of: name)))
    }

    private func tell(_ view: NetworkView) throws -> Int32 {
        try session.answer(
            try JSON(encoding: view), names: { [view.mode.rawValue] },
            table: { NetworkText.render(view, style: session.style) })
        return 0
    }

    func change(_ verb: ChangeNetwork.Verb) throws -> Int32 {
        let arguments = session.arguments
        let name = try name()
        let (host, port) = try Self.endpoint(try arguments.required("host"))
        func some(_ option: String) -> [String]? {
            let values = arguments.options(option)
            return values.isEmpty ? nil : values
        }
        let change = ChangeNetwork(
            verb: verb, host: host, ports: port.map { [$0] }, methods: some("method"), paths: some("path"))
        try session.limitWaits(usually: Self.changeLimit)
        let view: NetworkView = try session.progress("changing what '\(name)' may reach") {
            try session.client.value(try Calls.changeNetwork(of: name, change))
        }
        return try tell(view)
    }

    /// A host, with a port behind a colon when there is one.
    static func endpoint(_ text: String) throws(Problem) -> (host: String, port: Int?) {
        guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else { return (text, nil) }
        let digits = text[text.index(after: colon)...]
        guard let port = Int(digits), (1...65_535).contains(port), String(port) == digits else {
            throw Problem(.badData, "\(Excerpt.quoted(text)) is no host with a port, such as example.org:443")
        }
        return (String(text[..<colon]), port)
    }

    func test() throws -> Int32 {
        let arguments = session.arguments
        let name = try name()
        let question = TestNetwork(
            url: try arguments.required("url"), method: arguments.option("method"),
            connect: arguments.flag("connect") ? true : nil)
        try session.limitWaits()
        let answer: NetworkAnswer = try session.client.value(try Calls.testNetwork(of: name, question))
        try session.answer(
            try JSON(encoding: answer), names: { [answer.allowed ? "allowed" : "denied"] },
            table: { NetworkText.render(answer) })
        return answer.allowed ? 0 : ExitCode.noPermission.rawValue
    }

    // MARK: Decisions

    func log() throws -> Int32 {
        let name = try name()
        let lines = try session.arguments.integer("lines", in: 0...1000) ?? Self.usualLines
        guard !session.arguments.flag("follow") else { return try follow(name, lines) }
        try session.limitWaits()
        let found: [EgressDecision] = try session.client.value(
            Calls.decisions(of: name, limit: lines, follow: false))
        try session.answer(
            try JSON(encoding: found), names: { found.map(\.host) },
            table: {
                found.isEmpty ? "it has not wanted to reach anything yet\n" : found.map(NetworkText.render).joined()
            })
        return 0
    }

    private func follow(_ name: VMName, _ lines: Int) throws -> Int32 {
        try session.follow(Calls.decisions(of: name, limit: lines, follow: true)) { (decision: EgressDecision) in
            try session.writeOne(
                decision, name: SafeText.line(decision.host), line: NetworkText.render(decision))
        }
        return 0
    }

    func top() throws -> Int32 {
        try session.limitWaits()
        let views: [NetworkView] = try session.client.value(Calls.networks)
        let busiest = views.sorted { left, right in
            (right.counters?.bytesToday ?? 0, left.name) < (left.counters?.bytesToday ?? 0, right.name)
        }
        try session.answer(
            try JSON(encoding: busiest), names: { busiest.map(\.name.text) },
            table: { NetworkText.table(busiest, width: session.width, style: session.style) })
        return 0
    }

    private func name() throws -> VMName { try session.vmName(try session.arguments.required("vm")) }
}
