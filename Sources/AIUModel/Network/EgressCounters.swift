/// What a VM has used of the network, and what it holds now.
package struct EgressCounters: Codable, Equatable, Sendable {
    /// Days since 1970, UTC: of which day `bytesToday` is.
    package var day: Int64
    package var bytesToday: Int64
    package var bytesToGuest: Int64
    package var bytesFromGuest: Int64
    package var requests: Int64
    package var denied: Int64
    package var connections: Int

    package init(
        day: Int64 = 0, bytesToday: Int64 = 0, bytesToGuest: Int64 = 0, bytesFromGuest: Int64 = 0, requests: Int64 = 0,
        denied: Int64 = 0, connections: Int = 0
    ) {
        self.day = day
        self.bytesToday = bytesToday
        self.bytesToGuest = bytesToGuest
        self.bytesFromGuest = bytesFromGuest
        self.requests = requests
        self.denied = denied
        self.connections = connections
    }
}
