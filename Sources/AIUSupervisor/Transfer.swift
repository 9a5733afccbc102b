/// An archive on its way: what ends it early, and the work that waits for its end.
struct Transfer {
    var cancel: @Sendable () -> Void
    var task: Task<Void, Never>
}
