/// How long a connected agent has said nothing, counted in looks at it.
///
/// Not read from a clock: neither a clock that jumps, nor a host that slept, nor a supervisor that stood still itself
/// makes a guest silent.
struct AgentSilence: Equatable {
    /// How many looks in a row must find nothing new.
    static let looks = 10

    private var vain = 0

    var isLost: Bool { vain >= Self.looks }

    /// True when it is lost from now on.
    mutating func look() -> Bool {
        guard !isLost else { return false }
        vain += 1
        return isLost
    }

    /// A sign of life. True when it had been lost.
    mutating func heard() -> Bool {
        defer { vain = 0 }
        return isLost
    }

    /// It is held, or was, and cannot say anything: the time does not count.
    mutating func excuse() { if !isLost { vain = 0 } }
}
