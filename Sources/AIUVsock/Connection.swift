internal import AIUSystem

/// One stream between a program of the guest and one of the host.
final class Connection {
    enum State {
        /// The guest was asked, or is about to be, whether somebody listens.
        case connecting
        case established
        /// Over; the guest is to be told.
        case resetting
        /// The guest has forgotten it; the host's program may still take what was received.
        case draining
        case closed
    }

    /// Packets owed to the guest, apart from data. Flags, so that they need no queue that could grow.
    struct Owed: OptionSet {
        let rawValue: UInt8
        static let request = Owed(rawValue: 1)
        static let response = Owed(rawValue: 2)
        static let creditUpdate = Owed(rawValue: 4)
        static let creditRequest = Owed(rawValue: 8)
    }

    let key: ConnectionKey
    let descriptor: Int32
    var socket: FileDescriptor?
    var state: State
    var owed: Owed
    var credit: Credit
    /// What the host's program has not taken.
    var unsent: ByteRing?
    /// The host's socket may have bytes to read.
    var isReadable = false
    /// The host's program has closed its socket.
    var hungUp = false
    /// Everything that the host's program sent was read.
    var hostFinished = false
    /// The host's program takes no more.
    var hostRefuses = false
    /// What the guest has shut down.
    var guestShutdown: ShutdownFlags = []
    /// What the guest should know to be shut down, and what it knows.
    var shutdownWanted: ShutdownFlags = []
    var shutdownSent: ShutdownFlags = []
    /// Data waits for credit, and the guest was asked for some.
    var waitsForCredit = false
    /// How many receive buffers the next read may fill; grows while reads fill them.
    var batch = 1
    var isQueued = false
    var timer: TimerID?

    init(key: ConnectionKey, socket: consuming FileDescriptor, state: State, owed: Owed, window: UInt32) {
        self.key = key
        descriptor = socket.raw
        self.socket = consume socket
        self.state = state
        self.owed = owed
        credit = Credit(window: window)
    }

    var hasUnsent: Bool { (unsent?.count ?? 0) > 0 }

    /// Whether the host's socket is worth reading, credit aside.
    var wantsRead: Bool {
        state == .established && isReadable && !hostFinished && !guestShutdown.contains(.receive)
            && !owed.contains(.response)
    }

    /// Whether there is something to tell the guest now.
    var hasWork: Bool {
        switch state {
        case .resetting: true
        case .draining, .closed: false
        case .connecting, .established:
            !owed.isEmpty || (wantsRead && credit.free > 0) || (shutdownWanted != shutdownSent)
        }
    }
}
