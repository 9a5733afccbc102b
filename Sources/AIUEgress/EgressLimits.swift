/// Every bound of the proxy, in one place. A guest that goes beyond one loses its connection, not the host its memory.
package enum EgressLimits {
    /// What one read takes.
    static let pieceBytes = 64 << 10
    /// What may wait for the other end of a connection before this one is no longer read.
    static let pendingBytes = 64 << 10
    package static let headBytes = 32 << 10
    package static let requestLineBytes = 8 << 10
    package static let headerFields = 100
    static let headerNameBytes = 128
    /// A head, counted from its first byte; what comes byte by byte ends here.
    package static let headTime: Duration = .seconds(15)
    /// A connection on which nothing is asked.
    static let idleTime: Duration = .seconds(75)
    /// A connection in use on which nothing moves.
    static let stallTime: Duration = .seconds(300)
    /// A tunnel through which nothing goes.
    static let relayTime: Duration = .seconds(3600)
    static let connectTime: Duration = .seconds(10)
    static let tlsTime: Duration = .seconds(15)
    /// Connections of one VM when its policy names no number.
    package static let connections = 512
    /// And whatever number it names: each takes two descriptors.
    static let mostConnections = 1500
    static let dnsConnections = 16
    static let dnsMessageBytes = 1024
    /// Names in a minute: more would only fill the log.
    static let namesPerMinute = 3000
    /// Words of `Connection`.
    static let connectionWords = 32
    static let idleUpstreams = 32
    static let idleUpstreamTime: Duration = .seconds(30)
    static let helloBytes = 16 << 10
    static let chunkLineBytes = 32
    static let trailerBytes = 8 << 10
    /// Reports that the supervisor has not taken yet. Nothing is decided while there are more.
    static let reportBytes = 256 << 10
    static let repeatsKept = 256
    static let syntheticNames = 8192
    static let resolvedNames = 1024
    static let lookups = 64
    static let waitersOfLookup = 64
    static let addressesTried = 4
    static let lookupTime: Duration = .seconds(2)
    static let lookupRounds = 2
    /// For the other kind of address, once one is known.
    static let otherKindTime: Duration = .milliseconds(250)
    package static let answersKept: ClosedRange<UInt32> = 5...300
    static let certificates = 256
    static let secrets = 256
}
