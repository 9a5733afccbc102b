/// A moment as people read it: `2026-11-22 00:00 UTC`.
package enum UTCText {
    private static let minute: Int64 = 60_000
    private static let day: Int64 = 24 * 60 * minute

    package static func text(_ milliseconds: Int64) -> String {
        let (days, rest) = (milliseconds / day, milliseconds % day)
        // Days since 0000-03-01, so that a leap day is the last of its year.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        let date = "\(year)-\(pad(month))-\(pad(dayOfYear - (153 * fromMarch + 2) / 5 + 1))"
        return "\(date) \(pad(rest / minute / 60)):\(pad(rest / minute % 60)) UTC"
    }

    private static func pad(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
