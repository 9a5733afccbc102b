package import AIUCommandLine
package import AIUModel
package import AIUSystem

/// The policy as people see it: what changed, what is in force, and how it came to be.
package enum PolicyText {
    package static func render(_ outcome: PolicyOutcome, width: Int?, style: Style) -> String {
        guard !outcome.changes.isEmpty else {
            return outcome.dryRun ? "nothing would change\n" : "version \(outcome.version) is in force\n"
        }
        var text = table(outcome.changes, width: width, style: style)
        for vm in outcome.vms {
            text += "\n" + style.bold("running VM \(vm.vm)") + "\n"
            text += table(vm.changes, width: width, style: style)
        }
        if outcome.vms.isEmpty { text += "\nfor no running VM anything changes\n" }
        return text + (outcome.dryRun ? "\nnothing is changed yet\n" : "\nversion \(outcome.version) is in force now\n")
    }

    private static func table(_ changes: [PolicyChange], width: Int?, style: Style) -> String {
        var table = Table(
            [.init("FIELD"), .init("BEFORE", mayShrink: true), .init("AFTER", mayShrink: true)], style: style)
        for change in changes { table.add([change.field, change.before ?? "–", change.after ?? "–"]) }
        return table.render(width: width)
    }

    package static func render(_ answer: PolicyExplanation, width: Int?, style: Style) -> String {
        var text = ""
        if let sentence = answer.answer { text += SafeText.line(sentence) + "\n" }
        if answer.entries.isEmpty {
            return text.isEmpty ? "the policy (version \(answer.version)) says nothing here\n" : text
        }
        var table = Table(
            [.init("FIELD"), .init("IN FORCE", mayShrink: true), .init("DECIDED BY", mayShrink: true)], style: style)
        for entry in answer.entries {
            table.add([entry.field, entry.value, entry.decidedBy.map(\.description).joined(separator: "; ")])
        }
        text += (text.isEmpty ? "" : "\n") + table.render(width: width)
        return text + style.dim("version \(answer.version); \(answer.scopes.joined(separator: " → "))") + "\n"
    }

    package static func render(
        _ versions: [PolicyVersion], now: Timestamp, width: Int?, style: Style
    ) -> String {
        guard !versions.isEmpty else { return "there is no policy yet; nothing is limited\n" }
        var table = Table(
            [
                .init("VERSION", .right), .init("WHEN"), .init("BY", mayShrink: true), .init("DIGEST"),
                .init("NOTE", mayShrink: true),
            ], style: style)
        for version in versions {
            table.add([
                "\(version.version)", DurationText.ago(.milliseconds(now.milliseconds - version.time)), version.author,
                String(version.digest.prefix(12)), version.note ?? "",
            ])
        }
        return table.render(width: width)
    }
}
