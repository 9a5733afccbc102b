internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu prune`: shows what goes, asks, sweeps.
struct PruneVerb {
    /// Files are removed one after another.
    private static let limit: Duration = .seconds(300)

    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let all = arguments.flag("all")
        var order = PruneSystem(
            deleted: all || arguments.flag("deleted"), failed: all || arguments.flag("failed"),
            images: all || arguments.flag("images"), stamps: all || arguments.flag("stamps"),
            models: all || arguments.flag("models"), strays: all || arguments.flag("strays"), dryRun: true)
        guard order != PruneSystem(dryRun: true) else {
            throw arguments.error(
                "what shall go? Choose with `--deleted`, `--failed`, `--images`, `--stamps`, `--models`, "
                    + "`--strays` or `--all`")
        }
        try session.limitWaits(usually: Self.limit)
        let preview: PruneReport = try session.progress("looking for what can go") {
            try session.client.value(try Calls.prune(order))
        }
        if arguments.flag("dry-run") { return try show(preview) }
        guard preview.items.contains(where: { $0.problem == nil }) else { return try show(preview) }
        if session.format == .table, !arguments.flag("yes") { try session.write(table(preview)) }
        let count = preview.items.count { $0.problem == nil }
        let question = count == 1 ? "Remove it for good?" : "Remove these \(count) things for good?"
        guard try Question.confirm(question, session) else { return 0 }
        order.dryRun = false
        try session.limitWaits(usually: Self.limit)
        let report: PruneReport = try session.progress("sweeping") {
            try session.client.value(try Calls.prune(order))
        }
        return try show(report)
    }

    private func show(_ report: PruneReport) throws -> Int32 {
        try session.answer(
            try JSON(encoding: report), names: { report.items.filter { $0.problem == nil }.map(\.name) },
            table: { table(report) })
        return report.items.contains { $0.problem != nil } && !report.dryRun ? ExitCode.partial.rawValue : 0
    }

    private func table(_ report: PruneReport) -> String {
        PruneTable.render(report, width: session.width, style: session.style)
    }
}
