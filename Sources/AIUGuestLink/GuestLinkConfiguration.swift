/// Where back ends are found and kept.
package struct GuestLinkConfiguration: Sendable {
    /// The `aiu-vsockd` program.
    package var backEnd: String
    /// One folder of sockets per VM below this one.
    package var runDirectory: String
    package var heartbeat: Duration

    package init(backEnd: String, runDirectory: String, heartbeat: Duration) {
        self.backEnd = backEnd
        self.runDirectory = runDirectory
        self.heartbeat = heartbeat
    }
}
