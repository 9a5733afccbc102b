/// Who asked for something, as the kernel, a token, a certificate or a directory tells it.
package struct AuditActor: Equatable, Sendable, Codable, CustomStringConvertible {
    /// The user's number on this host; nil for the supervisor itself, and for somebody whom only a directory knows.
    package var user: UInt32?
    package var name: String?
    package var process: Int32?
    /// Where they were, over the network.
    package var address: String?
    /// What they were at that moment. Nil where roles do not decide.
    package var role: Role?
    /// The identifier of the token that they showed; never the token itself.
    package var token: String?

    package init(
        user: UInt32? = nil, name: String? = nil, process: Int32? = nil, address: String? = nil, role: Role? = nil,
        token: String? = nil
    ) {
        self.user = user
        self.name = name
        self.process = process
        self.address = address
        self.role = role
        self.token = token
    }

    package var description: String {
        let who =
            user.map { number in name.map { "user \(number) (\($0))" } ?? "user \(number)" } ?? name
            ?? "someone unknown"
        let how = [process.map { "process \($0)" }, address.map { "from \($0)" }, token.map { "token \($0)" }]
            .compactMap { $0 }
        return ([who] + how).joined(separator: ", ")
    }

    package static let supervisor = AuditActor(name: "aiud")
}
