/// The host asks the guest to end in order.
package struct ShutdownOrder: Codable, Equatable, Sendable {
    package enum Action: String, Codable, Sendable { case powerOff, reboot }

    package var action: Action
    /// How long processes get between SIGTERM and SIGKILL.
    package var graceMilliseconds: Int

    package init(action: Action, graceMilliseconds: Int) {
        self.action = action
        self.graceMilliseconds = graceMilliseconds
    }
}
