/// Durations as people type them: `500ms`, `30s`, `5m`, `1h30m`, `2d`.
package enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]
    private static let maxLength = 40

    /// Units must come in falling order, each at most once; a number without one is refused, for nobody agrees about it.
    package static func parse(_ text: String) -> Duration? {
        guard !text.isEmpty, text.utf8.count <= maxLength else { return nil }
        var rest = text[...]
        var total: Int64 = 0
        var smallest = Int64.max
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(name.count)
            guard let number = Int64(digits), let unit = units.first(where: { $0.name == name })?.milliseconds,
                unit < smallest
            else { return nil }
            smallest = unit
            let (part, overflowed) = number.multipliedReportingOverflow(by: unit)
            let (sum, spilled) = total.addingReportingOverflow(part)
            guard !overflowed, !spilled else { return nil }
            total = sum
        }
        return .milliseconds(total)
    }

    /// The same spelling back, exact to the millisecond.
    package static func spell(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let (whole, overflowed) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflowed else { return "\(seconds)s" }
        var rest = whole + attoseconds / 1_000_000_000_000_000
        guard rest > 0 else { return rest == 0 ? "0s" : "-\(spell(.zero - duration))" }
        var text = ""
        for unit in units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }

    /// How long something took, with about three digits: `320 ms`, `4.2 s`, `3 min 5 s`.
    package static func elapsed(_ duration: Duration) -> String {
        let milliseconds = max(0, duration / .milliseconds(1))
        switch milliseconds {
        case ..<10: return "\(Decimals.string(milliseconds, digits: 1)) ms"
        case ..<1000: return "\(Decimals.string(milliseconds, digits: 0)) ms"
        case ..<60_000: return "\(Decimals.string(milliseconds / 1000, digits: 1)) s"
        case ..<3_600_000:
            let seconds = duration.components.seconds
            return "\(seconds / 60) min \(seconds % 60) s"
        case _:
            let minutes = duration.components.seconds / 60
            return "\(minutes / 60) h \(minutes % 60) min"
        }
    }

    /// How long ago something was: `just now`, `3 minutes ago`, `in 2 days`.
    package static func ago(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        let steps: [(limit: Int64, unit: Int64, name: String)] = [
            (3600, 60, "minute"), (86_400, 3600, "hour"), (86_400 * 30, 86_400, "day"),
            (86_400 * 365, 86_400 * 30, "month"),
        ]
        let distance = Int64(clamping: seconds.magnitude)
        guard distance >= 60 else { return distance < 5 ? "just now" : phrase(distance, "second", seconds) }
        let step = steps.first { distance < $0.limit } ?? (.max, 86_400 * 365, "year")
        return phrase(distance / step.unit, step.name, seconds)
    }

    private static func phrase(_ count: Int64, _ unit: String, _ seconds: Int64) -> String {
        let amount = "\(count) \(unit)\(count == 1 ? "" : "s")"
        return seconds < 0 ? "in \(amount)" : "\(amount) ago"
    }
}
