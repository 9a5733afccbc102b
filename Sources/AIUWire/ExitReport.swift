/// How a command in the guest ended.
package struct ExitReport: Codable, Equatable, Sendable {
    package var status: Int32?
    package var signal: Int32?
    package var timedOut: Bool
    /// Output over the limit was thrown away.
    package var truncated: Bool

    package init(status: Int32? = nil, signal: Int32? = nil, timedOut: Bool = false, truncated: Bool = false) {
        self.status = status
        self.signal = signal
        self.timedOut = timedOut
        self.truncated = truncated
    }
}
