/// A new VM with a copy of another one's disk.
package struct CloneVM: Equatable, Sendable, Codable {
    /// Chosen by the supervisor when nil.
    package var name: String?
    /// Also of a VM that runs: it is paused while its disk is copied.
    package var live: Bool?
    /// A project of the policy to count it in; the first of its owner when nil.
    package var project: String?
    /// Said by the supervisor's own interface, never by a request.
    package var owner: VMOwner?

    package init(name: String? = nil, live: Bool? = nil, project: String? = nil, owner: VMOwner? = nil) {
        self.name = name
        self.live = live
        self.project = project
        self.owner = owner
    }
}
