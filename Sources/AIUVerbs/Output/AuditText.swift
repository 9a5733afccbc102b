internal import AIUCommandLine
internal import AIUJSON
package import AIUModel
internal import AIUSystem

/// One record of the audit as a line for people.
package enum AuditText {
    private static let longestDetail = 160

    package static func render(_ record: AuditRecord) -> String {
        var words = ["\(record.sequence)", "\(Timestamp(milliseconds: record.time))"]
        if let actor = record.actor { words.append(actor.name ?? actor.user.map { "\($0)" } ?? "?") }
        words.append(record.action ?? record.kind.rawValue)
        if let subject = record.subject { words.append(subject) }
        switch record.kind {
        case .begun: words.append("…")
        case .ended: words.append(outcome(record))
        case .noted, .checkpoint, .retired: break
        }
        if let detail = record.detail?.text() {
            words.append(detail.count > longestDetail ? "\(detail.prefix(longestDetail))…" : detail)
        }
        return words.map(SafeText.line).joined(separator: "  ") + "\n"
    }

    private static func outcome(_ record: AuditRecord) -> String {
        let request = record.request.map { " (\($0))" } ?? ""
        return "\(record.outcome ?? "?")\(record.message.map { ": \($0)" } ?? "")\(request)"
    }
}
