/// The answer to `TestNetwork`.
package struct NetworkAnswer: Codable, Equatable, Sendable {
    package var allowed: Bool
    package var host: String
    package var port: Int
    package var method: String
    package var path: String
    /// Which scope decides, and by which rule.
    package var scope: String
    package var rule: String
    /// What the VM's proxy said when it was tried.
    package var tried: String?

    package init(
        allowed: Bool, host: String, port: Int, method: String, path: String, scope: String, rule: String,
        tried: String? = nil
    ) {
        self.allowed = allowed
        self.host = host
        self.port = port
        self.method = method
        self.path = path
        self.scope = scope
        self.rule = rule
        self.tried = tried
    }
}
