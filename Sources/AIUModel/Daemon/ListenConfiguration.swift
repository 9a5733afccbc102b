internal import AIUJSON

/// Where the interface is offered over TCP, always with TLS, beside the Unix socket.
package struct ListenConfiguration: Equatable, Sendable {
    private static let fields = [
        "address", "port", "certificate", "key", "client_ca", "require_client_certificate", "client_users",
    ]
    static let longestPath = 4096
    private static let longestSubject = 1024

    /// Numeric; `::` and `0.0.0.0` are all of the host's.
    package var address: String
    package var port: UInt16
    /// PEM files.
    package var certificate: String
    package var key: String
    /// Whose clients' certificates are believed.
    package var clientAuthority: String?
    package var requiresClientCertificate: Bool
    /// Which user of the host a certificate stands for, by its whole subject.
    package var clientUsers: [String: String]

    package init(
        address: String, port: UInt16, certificate: String, key: String, clientAuthority: String? = nil,
        requiresClientCertificate: Bool = false, clientUsers: [String: String] = [:]
    ) {
        self.address = address
        self.port = port
        self.certificate = certificate
        self.key = key
        self.clientAuthority = clientAuthority
        self.requiresClientCertificate = requiresClientCertificate
        self.clientUsers = clientUsers
    }

    init(_ node: JSONNode) throws(PolicyProblem) {
        let object = try PolicyObject(node, fields: Self.fields)
        address = try object.required("address") { node throws(PolicyProblem) in try PolicyObject.text(node, atMost: 64)
        }
        port = try object.required("port") { node throws(PolicyProblem) in
            UInt16(try PolicyObject.number(node, 1...65_535))
        }
        certificate = try object.required("certificate", Self.path)
        key = try object.required("key", Self.path)
        clientAuthority = try object.read("client_ca", Self.path)
        requiresClientCertificate = try object.flag("require_client_certificate") ?? false
        clientUsers = try object.read("client_users", Self.users) ?? [:]
        guard clientAuthority != nil || (!requiresClientCertificate && clientUsers.isEmpty) else {
            throw PolicyProblem(node, "`client_ca` is missing: without it no client's certificate can be believed")
        }
    }

    private static func users(_ node: JSONNode) throws(PolicyProblem) -> [String: String] {
        var users: [String: String] = [:]
        for member in try PolicyObject(node).members {
            guard (1...longestSubject).contains(member.name.utf8.count) else {
                throw PolicyProblem(member.value, "stands under a subject that is no subject of a certificate")
            }
            do throws(PolicyProblem) {
                users[member.name] = try PolicyObject.text(member.value)
            } catch {
                throw error.inside(member.name)
            }
        }
        return users
    }

    static func path(_ node: JSONNode) throws(PolicyProblem) -> String {
        let text = try PolicyObject.text(node, atMost: longestPath)
        guard text.hasPrefix("/") else { throw PolicyProblem(node, "must be an absolute path, not \(node.summary)") }
        return text
    }
}

extension PolicyObject {
    package func flag(_ name: String) throws(PolicyProblem) -> Bool? {
        try read(name) { (node: JSONNode) throws(PolicyProblem) in
            guard case .bool(let value) = node.value else {
                throw PolicyProblem(node, "must be true or false, not \(node.summary)")
            }
            return value
        }
    }
}
