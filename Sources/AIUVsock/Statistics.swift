/// What a back end has done, for its supervisor.
package struct Statistics: Equatable, Sendable {
    package var connectionsOpen = 0
    package var connectionsTotal = 0
    package var connectionsRefused = 0
    package var bytesToGuest: UInt64 = 0
    package var bytesFromGuest: UInt64 = 0
    package var packetsToGuest: UInt64 = 0
    package var packetsFromGuest: UInt64 = 0
    package var resets: UInt64 = 0
    package var protocolErrors: UInt64 = 0
    package var creditWaits: UInt64 = 0
    package var bytesHeld = 0

    package init() {}

    /// One line of JSON.
    package var line: String {
        "{\"connections_open\":\(connectionsOpen),\"connections_total\":\(connectionsTotal)"
            + ",\"connections_refused\":\(connectionsRefused),\"bytes_to_guest\":\(bytesToGuest)"
            + ",\"bytes_from_guest\":\(bytesFromGuest),\"packets_to_guest\":\(packetsToGuest)"
            + ",\"packets_from_guest\":\(packetsFromGuest),\"resets\":\(resets)"
            + ",\"protocol_errors\":\(protocolErrors),\"credit_waits\":\(creditWaits),\"bytes_held\":\(bytesHeld)}\n"
    }
}
