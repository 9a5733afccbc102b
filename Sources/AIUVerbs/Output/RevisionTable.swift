package import AIUCommandLine
package import AIUModel
package import AIUSystem

/// A VM's configurations over time.
package enum RevisionTable {
    package static func render(
        _ revisions: [ConfigurationRevision], now: Timestamp, width: Int?, style: Style
    ) -> String {
        guard !revisions.isEmpty else { return "there is no configuration yet\n" }
        var table = Table(
            [
                .init("REVISION", .right), .init("WHEN"), .init("STATE"), .init("DIGEST"),
                .init("NOTE", mayShrink: true),
            ], style: style)
        for revision in revisions {
            table.add(
                [
                    String(revision.revision), DurationText.ago(.milliseconds(now.milliseconds - revision.time)),
                    revision.state.rawValue, String(revision.digest.prefix(12)), revision.note ?? "",
                ], painting: [2: { paint($0, revision.state, style) }])
        }
        return table.render(width: width)
    }

    private static func paint(_ text: String, _ state: ConfigurationRevision.State, _ style: Style) -> String {
        switch state {
        case .applied: style.green(text)
        case .pending, .waiting: style.yellow(text)
        case .refused: style.red(text)
        }
    }
}
