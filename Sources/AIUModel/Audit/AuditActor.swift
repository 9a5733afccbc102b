/// Who asked for something, as the kernel tells it at the socket.
package struct AuditActor: Equatable, Sendable, Codable, CustomStringConvertible {
    /// The user's number; nil for the supervisor itself.
    package var user: UInt32?
    package var name: String?
    package var process: Int32?

    package init(user: UInt32? = nil, name: String? = nil, process: Int32? = nil) {
        self.user = user
        self.name = name
        self.process = process
    }

    package var description: String {
        let who =
            user.map { number in name.map { "user \(number) (\($0))" } ?? "user \(number)" } ?? name
            ?? "someone unknown"
        return process.map { "\(who), process \($0)" } ?? who
    }

    package static let supervisor = AuditActor(name: "aiud")
}
