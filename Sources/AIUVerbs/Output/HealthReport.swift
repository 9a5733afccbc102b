package import AIUCommandLine
package import AIUModel

/// What `aiu doctor` says.
package enum HealthReport {
    package static func render(_ checks: [HealthCheck], style: Style) -> String {
        var text = ""
        let column = (checks.map(\.name.count).max() ?? 0) + 2
        for check in checks {
            let mark =
                switch check.verdict {
                case .good: style.green("✓")
                case .warning: style.yellow("!")
                case .bad: style.red("✗")
                }
            let gap = String(repeating: " ", count: column - check.name.count)
            text += "\(mark) \(SafeText.line(check.name))\(gap)\(SafeText.line(check.detail))\n"
            if let remedy = check.remedy { text += "  → \(SafeText.line(remedy))\n" }
        }
        let bad = checks.count { $0.verdict == .bad }
        let warnings = checks.count { $0.verdict == .warning }
        switch (bad, warnings) {
        case (0, 0): text += style.green("Everything is as it should be.") + "\n"
        case (0, let count): text += "Usable; \(count) \(count == 1 ? "thing" : "things") could be better.\n"
        case (let count, _):
            text += style.red("\(count) \(count == 1 ? "thing stands" : "things stand") in the way.") + "\n"
        }
        return text
    }
}
