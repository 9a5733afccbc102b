/// How long the way to a VM's agent and back took.
package struct PingResult: Equatable, Sendable, Codable {
    package var milliseconds: Double

    package init(milliseconds: Double) { self.milliseconds = milliseconds }
}
