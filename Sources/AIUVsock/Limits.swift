/// Every bound of the back end, in one place.
package enum Limits {
    /// Connections with the guest, those still shaking hands or being drained included.
    package static let connections = 1024
    /// Host programs that have connected but not yet named a port.
    package static let handshakes = 64
    package static let handshakeBytes = 32
    package static let handshakeTime = Duration.seconds(2)
    /// How long a guest may take to answer a connection request.
    package static let connectTime = Duration.seconds(5)
    /// How long a guest may keep a connection that both sides have shut down.
    package static let shutdownGrace = Duration.seconds(2)
    /// How long a host program may stall before the rest of a closed connection's bytes is thrown away.
    package static let drainTime = Duration.seconds(30)
    /// How long to wait for QEMU.
    package static let frontEndWait = Duration.seconds(120)

    /// Bytes that the guest may send ahead on one connection: what every connection is sure to get, and the most.
    package static let smallestWindow = 8 << 10
    package static let largestWindow = 256 << 10
    /// What all windows together may promise.
    package static let totalWindow = 16 << 20

    /// Resets owed for connections that do not exist; when full, the guest's packets wait in its ring.
    package static let replies = 64
    /// Packets served in one go before other descriptors get their turn.
    package static let packetsPerTurn = 256
    /// Receive buffers filled by one system call.
    package static let buffersPerRead = 16
    /// Bytes of a packet's payload that a receive may carry.
    package static let packetBytes = 64 << 10

    /// How long, and for how many bytes, the guest may not know that its packets were taken.
    package static let signalDelay = Duration.milliseconds(10)
    package static let unsignalledBytes = 256 << 10

    package static let queues = 3
    package static let queueSize = 1024
    /// Descriptors of one chain, an indirect table's entries included.
    package static let chainLength = 1024
    package static let memoryRegions = 509
    package static let tableRegions = 8
    package static let messageBytes = 512
    package static let messageDescriptors = 8

    /// What is taken from a host program whose guest has closed: more than a socket holds.
    package static let discardChunk = 16 << 10
    package static let discardChunks = 32

    /// Complaints about a guest or a front end in the log of one run.
    package static let complaints = 32
    /// How long nobody is taken in after that has failed, for want of descriptors say.
    package static let acceptPause = Duration.milliseconds(200)

    package static let consoleBytes = 256 << 10
    package static let consoleChunk = 16 << 10
    /// What an attached program may leave unread before it loses output, and what it may type ahead.
    package static let consoleBacklog = 64 << 10
    package static let consoleTyped = 4 << 10
}
