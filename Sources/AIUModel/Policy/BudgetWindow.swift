/// How long a budget lasts before it starts afresh, by the UTC calendar.
package enum BudgetWindow: String, CaseIterable, Sendable, Codable {
    case hour, day, month, never

    private static let hourLength: Int64 = 3_600_000
    private static let dayLength: Int64 = 24 * hourLength

    /// The beginning of the window that a moment lies in, in milliseconds since 1970.
    package func start(of time: Int64) -> Int64 {
        switch self {
        case .hour: time - Self.modulo(time, Self.hourLength)
        case .day: time - Self.modulo(time, Self.dayLength)
        case .month: Self.monthStart(Self.month(of: time))
        case .never: 0
        }
    }

    /// The beginning of the window after the one that begins at `start`; `nil` when this one has no end.
    package func end(of start: Int64) -> Int64? {
        switch self {
        case .hour: start + Self.hourLength
        case .day: start + Self.dayLength
        case .month: Self.monthStart(Self.month(of: start) + 1)
        case .never: nil
        }
    }

    /// How many windows further the one that begins at `later` is.
    package func count(from start: Int64, to later: Int64) -> Int64 {
        switch self {
        case .hour: (later - start) / Self.hourLength
        case .day: (later - start) / Self.dayLength
        case .month: Self.month(of: later) - Self.month(of: start)
        case .never: 0
        }
    }

    private static func modulo(_ value: Int64, _ length: Int64) -> Int64 {
        let rest = value % length
        return rest < 0 ? rest + length : rest
    }

    /// Months since January of the year 0.
    private static func month(of time: Int64) -> Int64 {
        // Days since 0000-03-01, so that a leap day is the last of its year.
        let days = (time - modulo(time, dayLength)) / dayLength + 719_468
        let era = (days - modulo(days, 146_097)) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        return (era * 400 + yearOfEra) * 12 + 2 + fromMarch
    }

    private static func monthStart(_ month: Int64) -> Int64 {
        let fromMarch = month - 2
        let year = (fromMarch - modulo(fromMarch, 12)) / 12
        let era = (year - modulo(year, 400)) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * modulo(fromMarch, 12) + 2) / 5
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * dayLength
    }
}
