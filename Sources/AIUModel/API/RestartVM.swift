/// How to stop and start a VM.
package struct RestartVM: Equatable, Sendable, Codable {
    /// Ends it at once instead of asking its agent first.
    package var force: Bool?
    /// How long the guest gets before it is ended; 10 s when nil.
    package var stopTimeoutMilliseconds: Int?
    /// How long its agent may take to answer again; a minute when nil.
    package var timeoutMilliseconds: Int?

    package init(force: Bool? = nil, stopTimeoutMilliseconds: Int? = nil, timeoutMilliseconds: Int? = nil) {
        self.force = force
        self.stopTimeoutMilliseconds = stopTimeoutMilliseconds
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}
