internal import AIUCommandLine
package import AIUModel

/// What a verification found, in sentences.
package enum AuditReportText {
    package static func render(_ report: AuditReport) -> String {
        var lines: [String] = []
        if let damage = report.damage {
            lines.append("the audit was changed at record \(damage.sequence): \(damage.problem)")
            lines.append("  in \(damage.file)\(damage.line > 0 ? ", line \(damage.line)" : "")")
            let before = min(report.records, damage.sequence - report.first)
            if before > 0 { lines.append("  the \(before) records before it are sound") }
        } else if report.records == 0 {
            lines.append("the audit is empty")
        } else {
            let verdict = report.incidents.isEmpty ? "the audit is sound" : "the audit was changed once"
            lines.append("\(verdict): records \(report.first) to \(report.last), each as it was written")
            lines.append("  \(report.checkpoints) signatures, \(report.unsigned) records after the last")
            lines.append("  key \(report.key ?? "not given: the signatures were not checked; see --key")")
            lines.append("  end \(report.last):\(report.head)")
        }
        for incident in report.incidents {
            lines.append("  record \(incident.sequence) says: \(incident.finding), before aiud was started")
        }
        return lines.map { SafeText.line($0) + "\n" }.joined()
    }
}
