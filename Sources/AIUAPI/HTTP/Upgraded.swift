/// A connection that has left HTTP: whoever takes it owns the descriptor, and says when it has ended.
struct Upgraded: Sendable {
    let socket: Int32
    /// What was read of it already.
    let received: [UInt8]
    /// To be called once, on any thread.
    let ended: @Sendable () -> Void
}
