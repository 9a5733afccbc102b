/// How to stop a VM.
package struct StopVM: Equatable, Sendable, Codable {
    /// Ends it at once instead of asking its agent first.
    package var force: Bool?
    /// How long the guest gets before it is ended; 10 s when nil.
    package var timeoutMilliseconds: Int?

    package init(force: Bool? = nil, timeoutMilliseconds: Int? = nil) {
        self.force = force
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}
