package import AIUCommandLine
package import AIUModel

/// Changes of a configuration, field by field, and when each takes effect.
package enum ChangeTable {
    package static func render(_ changes: [FieldChange], width: Int?, style: Style) -> String {
        var table = Table(
            [
                .init("FIELD"), .init("BEFORE", mayShrink: true), .init("AFTER", mayShrink: true), .init("EFFECT"),
            ], style: style)
        for change in changes {
            table.add(
                [change.field, change.before ?? "–", change.after ?? "–", effect(change.effect)],
                painting: [3: { paint($0, change.effect, style) }])
        }
        let notes = changes.compactMap { change in
            change.reason.map { "\(style.dim("\(SafeText.line(change.field)):")) \(SafeText.line($0))\n" }
        }
        return table.render(width: width) + notes.joined()
    }

    private static func paint(_ text: String, _ effect: FieldChange.Effect, _ style: Style) -> String {
        switch effect {
        case .live: style.green(text)
        case .atNextStart, .needsRestart: style.yellow(text)
        case .refused: style.red(text)
        }
    }

    package static func effect(_ effect: FieldChange.Effect) -> String {
        switch effect {
        case .live: "at once"
        case .atNextStart: "at the next start"
        case .needsRestart: "after a restart"
        case .refused: "refused"
        }
    }
}
