/// The bounds of the API's server.
package struct APISettings: Sendable {
    package var connections: UInt32 = 512
    /// A connection that neither sends nor takes anything for so long is closed.
    package var idle: Duration = .seconds(60)
    /// Request line and headers of one connection must fit, as must what is being sent.
    package var connectionMemory = 32 * 1024
    /// Request bodies of all connections together.
    package var bodyMemory = 64 << 20
    package var operations = 256
    package var firstFrame: Duration = .seconds(10)
    /// How often it is asked whether an agent is still there that has not answered a request yet.
    package var firstAnswer: Duration = .seconds(5)
    package var heartbeat: Duration = .seconds(15)
    /// How often a followed log is looked at.
    package var logInterval: Duration = .milliseconds(200)
    /// How often it is asked whether those for whom something goes on may still have it.
    package var rightsInterval: Duration = .seconds(1)
    /// How long it goes on while a directory does not say who they are.
    package var directoryPatience: Duration = .seconds(300)
    package var socketMode: UInt32 = 0o660

    package init() {}
}
