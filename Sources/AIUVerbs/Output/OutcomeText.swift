package import AIUCommandLine
package import AIUModel

/// What an apply did, in words.
package enum OutcomeText {
    package static func render(
        _ outcome: ConfigurationOutcome, of name: VMName, width: Int?, style: Style
    ) -> String {
        guard !outcome.changes.isEmpty else {
            return "'\(name)' is configured so already (revision \(outcome.revision))\n"
        }
        let table = ChangeTable.render(outcome.changes, width: width, style: style)
        return "\(heading(outcome, name))\n\(table)"
    }

    private static func heading(_ outcome: ConfigurationOutcome, _ name: VMName) -> String {
        let effects = Set(outcome.changes.map(\.effect))
        if outcome.dryRun {
            return effects.contains(.refused) ? "'\(name)' would refuse this:" : "'\(name)' would change:"
        }
        let confirmed = outcome.confirmed && effects.contains(.live) ? ", confirmed by its agent" : ""
        let restart = effects.contains(.needsRestart) ? "; `aiu restart \(name)` brings the rest" : ""
        return "'\(name)' has revision \(outcome.revision)\(confirmed)\(restart):"
    }
}
