import AIUModel

/// What the supervisor uses of its process and its host without changing a VM's world.
struct Host: Sendable {
    var policies: PolicyKeeper
    /// SHA-256 as hex.
    var digest: @Sendable ([UInt8]) -> String
    /// Milliseconds since 1970, which somebody may set at any time: for people to read, never to measure with.
    var clock: @Sendable () -> Int64
    /// Time that only ever goes on, from no beginning in particular.
    var steady: @Sendable () -> Duration
    var sleep: @Sendable (Duration) async throws -> Void
    var residentBytes: @Sendable () -> UInt64
    /// The checks of `aiu doctor`, each adapter's own.
    var examinations: [@Sendable () async -> [HealthCheck]]
    /// Sends bytes down a socket that the caller owns; here because the supervisor itself touches no descriptor.
    var send: @Sendable ([UInt8], Int32) throws(Failure) -> Void
    var closeSocket: @Sendable (Int32) -> Void
    var log: @Sendable (String) -> Void
}
