internal import CLinux
internal import Glibc

/// How fast the processor's time stamp counter runs. An emulated machine has the same one, and a kernel that has to find
/// its rate out while others take the processor away may believe in one that is thirty times too low for as long as it
/// lives: its clock, and with it every time limit in the guest, then runs thirty times too fast.
package enum CounterRate {
    private static let plausible = 100_000...20_000_000
    private static let interval: UInt32 = 10_000
    /// A hundredth of the error that kernels put right by themselves.
    private static let widestSample = 1000

    /// In thousands a second, measured when first asked for, which takes 10 ms; nil when it cannot be told.
    package static let kilohertz: Int? = measure()

    package static func measure() -> Int? {
        guard let first = sample() else { return nil }
        usleep(interval)
        guard let second = sample(), second.ticks > first.ticks, second.time > first.time else { return nil }
        let rate = Double(second.ticks - first.ticks) / Double(second.time - first.time) * 1_000_000
        guard rate < Double(plausible.upperBound), plausible.contains(Int(rate)) else { return nil }
        return Int(rate.rounded())
    }

    private static func sample() -> (ticks: UInt64, time: UInt64)? {
        var ticks: UInt64 = 0
        var time: UInt64 = 0
        let width = unsafe aiu_counter_sample(&ticks, &time)
        return (0...widestSample).contains(width) ? (ticks, time) : nil
    }
}
