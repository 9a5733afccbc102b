internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu user export` and `erase`.
struct UserVerb {
    private static let longestWait: Duration = .seconds(600)

    private let session: Session

    init(_ session: Session) { self.session = session }

    func export() throws -> Int32 {
        let name = try session.arguments.required("user")
        let target = session.arguments.option("output") ?? "-"
        try session.limitWaits(usually: Self.longestWait)
        let exchange = try session.client.open(Calls.userExport(name))
        guard target != "-" else {
            while let part = try exchange.nextPart() { try RawOutput.write(part) }
            return 0
        }
        let file = try PartialFile(target, defaultName: "\(name).json", mayReplace: session.arguments.flag("force"))
        while let part = try exchange.nextPart() { try file.write(part) }
        try file.finish()
        if session.isChatty { try session.write("what is kept of \(name) is in \(file.path)\n") }
        return 0
    }

    func erase() throws -> Int32 {
        let name = try session.arguments.required("user")
        guard try Question.confirm("Make everything that the audit says about '\(name)' unreadable for good?", session)
        else { return 0 }
        try session.limitWaits(usually: Self.longestWait)
        let erasure: Erasure = try session.client.value(Calls.eraseUser(name))
        try session.answer(
            try JSON(encoding: erasure), names: { erasure.people }, table: { Self.text(erasure, of: name) })
        return 0
    }

    private static func text(_ erasure: Erasure, of name: String) -> String {
        var lines = [
            erasure.people.isEmpty
                ? "the audit has nothing sealed about \(name)"
                : "all that the audit says about \(name) cannot be read any more"
        ]
        if erasure.tokens > 0 { lines.append("\(erasure.tokens) tokens were removed") }
        if erasure.requests > 0 {
            lines.append("\(erasure.requests) requests for tokens tell nothing of them any more")
        }
        if erasure.recordsInTheClear > 0 {
            lines.append(
                "\(erasure.recordsInTheClear) records from before records were sealed name them still; they go with "
                    + "keep_audit_days")
        }
        return lines.map { SafeText.line($0) + "\n" }.joined()
    }
}
