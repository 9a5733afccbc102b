extension Int64 {
    /// The whole number that `value` is, `nil` for any other. `init(exactly:)` would do, but drags in the C mathematics
    /// library, which programs that import no C module do not link.
    package init?(whole value: Double) {
        // Both limits are powers of two, so they are exact as Double.
        guard value >= -0x1p63, value < 0x1p63 else { return nil }
        let candidate = Int64(value)
        guard Double(candidate) == value else { return nil }
        self = candidate
    }
}
