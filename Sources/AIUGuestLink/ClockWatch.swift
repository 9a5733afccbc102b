internal import AIUWire

/// Notices that a guest stood still while the host's time went on: held by its user, for a copy, or by a sleeping host.
struct ClockWatch {
    /// Below this it may only be a heartbeat that was late.
    private static let tolerance: Duration = .milliseconds(500)

    private var reference: (host: ContinuousClock.Instant, uptime: Duration)?

    /// True when the guest's clock should be set.
    mutating func isBehind(_ beat: Heartbeat, now: ContinuousClock.Instant) -> Bool {
        // A number that no machine's uptime has would overflow; what it is instead does not matter.
        let uptime = Duration.milliseconds(min(max(beat.uptimeMilliseconds, 0), 1 << 50))
        guard let reference else {
            self.reference = (now, uptime)
            return false
        }
        let lag = reference.host.duration(to: now) - (uptime - reference.uptime)
        guard lag > Self.tolerance || lag < .zero - Self.tolerance else { return false }
        self.reference = (now, uptime)
        return true
    }
}
