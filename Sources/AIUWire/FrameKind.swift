/// What a frame carries. The numbers are the protocol: never reuse one.
package enum FrameKind: UInt8, Sendable, CaseIterable {
    // Control connection
    case hello = 1
    case welcome = 2
    case heartbeat = 3
    case log = 4
    /// Eight bytes that come back unchanged.
    case ping = 5
    case pong = 6
    /// The host's wall clock: milliseconds since 1970, 8 bytes little-endian.
    case clock = 7
    case shutdown = 8
    /// The last word of an agent that shuts down in order.
    case goodbye = 9
    /// Another configuration to live by: `ConfigurationOrder`. Only to agents that name the feature in their hello.
    case configure = 10
    /// The one answer to `configure`.
    case configured = 11
    /// The certificate, in PEM, of the host's proxy, which signs in place of servers for which the host keeps secrets; empty
    /// when there is none. Only to agents that name the feature in their hello.
    case authority = 12
    /// The guest's address and its gateway's for the one network card, 4 bytes each; empty when nothing passes it. Only to agents
    /// that name the feature in their hello.
    case card = 13

    // Every operation
    case request = 32
    case failed = 33

    // Commands
    case started = 48
    case standardInput = 49
    case standardInputEnd = 50
    case standardOutput = 51
    case standardError = 52
    /// Rows and columns, two bytes each, little-endian.
    case resize = 53
    /// One signal number in one byte.
    case signal = 54
    case exited = 55

    // Files and trees
    case entry = 64
    case data = 65
    /// The SHA-256 of the entry's data: 32 bytes.
    case entryEnd = 66
    case done = 67

    // The assistant
    /// One `AssistEvent` from the guest.
    case event = 80
    /// One `AssistReply` from the host.
    case reply = 81
}
