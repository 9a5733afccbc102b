/// The two ports that name a connection; the two CIDs are always the guest's and the host's.
package struct ConnectionKey: Hashable, Sendable {
    package let guestPort: UInt32
    package let hostPort: UInt32

    package init(guestPort: UInt32, hostPort: UInt32) {
        self.guestPort = guestPort
        self.hostPort = hostPort
    }
}
