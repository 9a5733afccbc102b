internal import AIUClient
internal import AIUCommandLine

/// One request for each of several things, all at once, every failure told.
struct Batch {
    private let session: Session
    private let requests: [Request]

    init(_ session: Session, _ requests: [Request]) {
        self.session = session
        self.requests = requests
    }

    /// `done` says of each success what it was, nil for nothing worth saying; answers come in the order of the requests.
    func run(_ title: String, within limit: Duration, done: (Int, [UInt8]) throws -> String?) throws -> Int32 {
        session.client.patience = Patience(limit: limit)
        var outcomes: [Result<[UInt8], ClientError>] = []
        session.progress(title) {
            session.client.each(requests) { _, outcome in outcomes.append(outcome) }
        }
        var problems: [Problem] = []
        for (index, outcome) in outcomes.enumerated() {
            switch outcome {
            case .success(let body):
                if let text = try done(index, body) { try session.write(text) }
            case .failure(let error):
                let problem = Problem(error)
                problems.append(problem)
                Program.tell(problem.message)
            }
        }
        return Self.status(problems, of: requests.count)
    }

    /// One failure of one keeps its own status; some of several is partial; different ones are a failure.
    static func status(_ problems: [Problem], of count: Int) -> Int32 {
        guard let first = problems.first else { return ExitCode.ok.rawValue }
        if problems.count < count { return ExitCode.partial.rawValue }
        return problems.allSatisfy { $0.status == first.status } ? first.status : ExitCode.failure.rawValue
    }

    /// "demo", "one, two, three", "one, two and 12 more".
    static func list(_ names: [String]) -> String {
        names.count <= 4
            ? names.joined(separator: ", ") : "\(names.prefix(3).joined(separator: ", ")) and \(names.count - 3) more"
    }
}
