/// How much of something a guest may cause: a burst at once, and after that a steady rate.
struct Allowance {
    private let perSecond: Double
    private let burst: Double
    private var left: Double
    private var last: ContinuousClock.Instant

    init(perSecond: Int, burst: Int, now: ContinuousClock.Instant = .now) {
        self.perSecond = Double(perSecond)
        self.burst = Double(burst)
        left = Double(burst)
        last = now
    }

    /// Counts what happened. The time after which more may happen, zero when that is at once.
    mutating func spend(_ amount: Int, now: ContinuousClock.Instant = .now) -> Duration {
        left = min(burst, left + (now - last) / .seconds(1) * perSecond) - Double(amount)
        last = now
        return left >= 0 ? .zero : .seconds(-left / perSecond)
    }
}
