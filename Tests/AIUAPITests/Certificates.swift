import AIUModel
import AIUSystem
import Glibc
import Testing

/// An authority, a server and clients with certificates, made by openssl in a folder.
struct Certificates {
    let folder: String

    init(in folder: String) throws {
        self.folder = folder
        for authority in ["ca", "other"] {
            try run(
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=\(authority)", "-keyout", path("\(authority).key"), "-out", path("\(authority).pem"))
        }
        try make("server", signedBy: "ca", subject: "/CN=localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1")
        try make("anna", signedBy: "ca", subject: "/O=Staff/CN=anna", "extendedKeyUsage=clientAuth")
        try make("stranger", signedBy: "other", subject: "/O=Staff/CN=anna", "extendedKeyUsage=clientAuth")
        try make("machine", signedBy: "ca", subject: "/O=Staff/CN=anna", "extendedKeyUsage=serverAuth")
        try make("past", signedBy: "ca", subject: "/O=Staff/CN=anna", "extendedKeyUsage=clientAuth", days: "-1")
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func listen(_ port: UInt16, required: Bool = false, users: [String: String] = [:]) -> ListenConfiguration {
        ListenConfiguration(
            address: "127.0.0.1", port: port, certificate: path("server.pem"), key: path("server.key"),
            clientAuthority: path("ca.pem"), requiresClientCertificate: required, clientUsers: users)
    }

    private func make(
        _ name: String, signedBy authority: String, subject: String, _ extensions: String, days: String = "2"
    ) throws {
        try run(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", subject, "-keyout",
            path("\(name).key"), "-out", path("\(name).csr"))
        try Files.replace(path("\(name).ext"), with: Array(extensions.utf8))
        try run(
            "x509", "-req", "-in", path("\(name).csr"), "-CA", path("\(authority).pem"), "-CAkey",
            path("\(authority).key"), "-set_serial", "\(UInt32.random(in: 1 ... .max))", "-days", days, "-extfile",
            path("\(name).ext"), "-out", path("\(name).pem"))
    }

    private func run(_ words: String...) throws {
        let child = try Child.spawn(SpawnRequest("/usr/bin/openssl", words, environment: ["PATH=/usr/bin"]))
        #expect(try child.wait() == .exited(0), "openssl \(words)")
    }
}
