internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// `aiu inspect`.
struct InspectVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let names = try session.vmNames("vm")
        try session.limitWaits()
        let requests = names.map { Calls.inspect($0) }
        var bodies: [([UInt8], Request)] = []
        var problems: [Problem] = []
        session.client.each(requests) { index, outcome in
            switch outcome {
            case .success(let body): bodies.append((body, requests[index]))
            case .failure(let error): problems.append(Problem(error))
            }
        }
        if !bodies.isEmpty { try show(bodies, isOne: names.count == 1) }
        for problem in problems { Program.tell(problem.message) }
        return Batch.status(problems, of: names.count)
    }

    private func show(_ bodies: [([UInt8], Request)], isOne: Bool) throws {
        let all = { try bodies.map { try Client.parse($0.0, of: $0.1) } }
        let views = { try bodies.map { try Client.decode(VMView.self, from: $0.0, of: $0.1) } }
        try session.answer(
            try isOne ? all()[0] : .array(all()), names: { try views().map(\.record.name.text) },
            table: {
                try views().map { VMTable.details($0, now: .now, style: session.style) }.joined(separator: "\n")
            })
    }
}
