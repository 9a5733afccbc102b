/// What the door takes on at a time. The host bounds the same again; these keep the guest's own memory.
package struct DoorLimits: Sendable {
    /// Further clients wait in the listening socket's queue.
    package var connections = 256
    /// Further questions are dropped, as a busy name server does; who asked asks again. The host takes 16.
    package var lookups = 12
    package var lookupTime: Duration = .seconds(8)
    /// The longest question and the longest answer that go into a datagram.
    package var datagram = 1232
    /// Turns of one connection before the others have theirs.
    package var rounds = 16

    package init() {}
}
