/// A new VM with a copy of another one's disk.
package struct CloneVM: Equatable, Sendable, Codable {
    /// Chosen by the supervisor when nil.
    package var name: String?
    /// Also of a VM that runs: it is paused while its disk is copied.
    package var live: Bool?

    package init(name: String? = nil, live: Bool? = nil) {
        self.name = name
        self.live = live
    }
}
