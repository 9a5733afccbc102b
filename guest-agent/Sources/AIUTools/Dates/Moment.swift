/// A moment as a file or a person writes it: no zone is known, so moments are only compared with each other.
package struct Moment: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let day: Int64 = 86_400_000

    /// Milliseconds since 1970-01-01 00:00, in whatever zone it was meant.
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package init(_ day: CalendarDay, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0, milliseconds: Int = 0) {
        self.milliseconds =
            Int64(day.number) * Self.day + Int64((hour * 60 + minute) * 60 + second) * 1000 + Int64(milliseconds)
    }

    package static func < (left: Moment, right: Moment) -> Bool { left.milliseconds < right.milliseconds }

    package var calendarDay: CalendarDay { CalendarDay(number: Int(floor(Self.day))) }

    /// Milliseconds since midnight.
    package var timeOfDay: Int64 { milliseconds - floor(Self.day) * Self.day }

    private func floor(_ step: Int64) -> Int64 {
        milliseconds >= 0 ? milliseconds / step : (milliseconds + 1) / step - 1
    }

    /// The beginning of the minute, hour or day that it is in.
    package func rounded(to step: Int64) -> Moment { Moment(milliseconds: floor(step) * step) }

    package var description: String { "\(dayText) \(timeText)" }

    /// 2024-05-03
    package var dayText: String {
        let day = calendarDay
        return "\(Self.padded(day.year, 4))-\(Self.padded(day.month, 2))-\(Self.padded(day.day, 2))"
    }

    /// 14:02:09
    package var timeText: String {
        let seconds = Int(timeOfDay / 1000)
        return "\(Self.padded(seconds / 3600, 2)):\(Self.padded(seconds / 60 % 60, 2)):\(Self.padded(seconds % 60, 2))"
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
