/// One connection's flow control, both ways. All counters are of payload bytes and wrap.
package struct Credit: Equatable, Sendable {
    /// How many bytes the guest may have sent that the host's program has not taken. Never changes: a guest that
    /// computes with a window that shrank underflows.
    package let window: UInt32
    package private(set) var received: UInt32
    package private(set) var forwarded: UInt32
    /// The value of `forwarded` that the guest knows.
    package private(set) var announced: UInt32

    package private(set) var sent: UInt32
    package private(set) var peerWindow: UInt32 = 0
    package private(set) var peerForwarded: UInt32

    /// The counters start at 0 on the wire; tests start them near the end of their range.
    package init(window: UInt32, countersAt start: UInt32 = 0) {
        self.window = window
        received = start
        forwarded = start
        announced = start
        sent = start
        peerForwarded = start
    }

    /// What may be sent to the guest now. A window that shrank below what is under way leaves nothing.
    package var free: UInt32 {
        let underWay = sent &- peerForwarded
        return underWay < peerWindow ? peerWindow - underWay : 0
    }

    package mutating func learn(peerWindow: UInt32, peerForwarded: UInt32) {
        self.peerWindow = peerWindow
        self.peerForwarded = peerForwarded
    }

    package mutating func send(_ count: Int) { sent &+= UInt32(truncatingIfNeeded: count) }

    /// Accepts bytes from the guest; false when it was never allowed to send that many.
    package mutating func receive(_ count: Int) -> Bool {
        let outstanding = Int(received &- forwarded)
        guard count <= Int(window) - outstanding else { return false }
        received &+= UInt32(truncatingIfNeeded: count)
        return true
    }

    /// The host's program has taken bytes.
    package mutating func forward(_ count: Int) { forwarded &+= UInt32(truncatingIfNeeded: count) }

    /// The guest was told; every packet does.
    package mutating func announce() { announced = forwarded }

    /// Whether the guest believes that less than half of what it may send is left although there is more. Linux sends
    /// no more ahead than it would accept itself, so its own window counts too: with ours alone, a guest with small
    /// buffers would wait for an update that never comes.
    package var owesUpdate: Bool {
        forwarded != announced && received &- announced > min(window, peerWindow) / 2
    }
}
