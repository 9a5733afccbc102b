/// How to start a VM.
package struct StartVM: Equatable, Sendable, Codable {
    /// How long its agent may take to answer; a minute when nil.
    package var timeoutMilliseconds: Int?

    package init(timeoutMilliseconds: Int? = nil) { self.timeoutMilliseconds = timeoutMilliseconds }
}
