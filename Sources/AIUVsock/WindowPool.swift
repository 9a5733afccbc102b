/// Shares out what all connections together may hold: a certain share for each, and more while there are few.
struct WindowPool {
    private var spare = Limits.totalWindow - Limits.connections * Limits.smallestWindow

    /// The window of a new connection.
    mutating func take() -> UInt32 {
        let extra = min(Limits.largestWindow - Limits.smallestWindow, spare / 16) & ~0xFFF
        spare -= extra
        return UInt32(Limits.smallestWindow + extra)
    }

    mutating func give(back window: UInt32) { spare += Int(window) - Limits.smallestWindow }
}
