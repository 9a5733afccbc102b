/// Counts what a VM sends and gets.
final class Meter {
    private(set) var fromGuest: Int64 = 0
    private(set) var toGuest: Int64 = 0
    /// What is left of the day; nil without a quota.
    var left: Int64?

    var isExhausted: Bool { left.map { $0 <= 0 } ?? false }

    func countFromGuest(_ count: Int) {
        fromGuest += Int64(count)
        if let left { self.left = left - Int64(count) }
    }

    func countToGuest(_ count: Int) {
        toGuest += Int64(count)
        if let left { self.left = left - Int64(count) }
    }
}
